import { isTemporaryName } from '../backends/local/temporary-name.ts';
import { CHUNK_DIRECTORIES, CHUNK_ROOT, chunkDirectoryName } from '../chunks/chunk-key.ts';
import type { Datastore } from '../datastore.ts';
import { listGroups } from '../hierarchy/groups.ts';
import { groupKey, isDeletingName } from '../hierarchy/layout.ts';
import { listNamespaces } from '../hierarchy/namespaces.ts';
import type { AuditFinding } from './audit-datastore.ts';

const TEMPORARY_MAX_AGE_SECONDS = 48 * 3600;
const PARALLEL = 64;

/** What interrupted work left behind and nobody finished, and names that the format does not know. */
export async function findLeftovers(store: Datastore): Promise<AuditFinding[]> {
  const findings = await Promise.all([interruptedRemovals(store), chunkDirectories(store)]);
  return findings.flat();
}

async function interruptedRemovals(store: Datastore): Promise<AuditFinding[]> {
  const findings: AuditFinding[] = [];
  for (const namespace of await listNamespaces(store.backend)) {
    for (const group of await listGroups(store.backend, namespace)) {
      for (const entry of await store.backend.list(groupKey(group))) {
        if (!isDeletingName(entry.name)) continue;
        findings.push({
          severity: 'warning',
          where: `${groupKey(group)}/${entry.name}`,
          what: 'A removal was interrupted; a rescan finishes it.',
        });
      }
    }
  }
  return findings;
}

async function chunkDirectories(store: Datastore): Promise<AuditFinding[]> {
  const findings: AuditFinding[] = [];
  for (let first = 0; first < CHUNK_DIRECTORIES; first += PARALLEL) {
    const numbers = Array.from({ length: PARALLEL }, (_, offset) => first + offset);
    const found = await Promise.all(
      numbers.map((number) => chunkDirectory(store, chunkDirectoryName(number))),
    );
    findings.push(...found.flat());
  }
  return findings;
}

async function chunkDirectory(store: Datastore, name: string): Promise<AuditFinding[]> {
  const findings: AuditFinding[] = [];
  for (const entry of await store.backend.list(`${CHUNK_ROOT}/${name}`)) {
    const where = `${CHUNK_ROOT}/${name}/${entry.name}`;
    if (isTemporaryName(entry.name)) {
      if (await isOld(store, where))
        findings.push({ severity: 'warning', where, what: 'A temporary file was never removed.' });
    } else if (!isChunkName(entry.name, name)) {
      findings.push({ severity: 'warning', where, what: 'A name that the format does not know.' });
    }
  }
  return findings;
}

function isChunkName(entry: string, directory: string): boolean {
  return entry.startsWith(directory) && /^[0-9a-f]{64}(\.\d\.bad)?$/.test(entry);
}

async function isOld(store: Datastore, key: string): Promise<boolean> {
  const stat = await store.backend.stat(key);
  return stat !== undefined && store.clock.now() / 1000 - stat.modifiedAt > TEMPORARY_MAX_AGE_SECONDS;
}
