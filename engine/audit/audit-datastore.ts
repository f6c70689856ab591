import { asBackupError, isBackupError } from '#domain/errors.ts';
import { formatGroupPath, formatSnapshotPath, type GroupRef, type SnapshotRef } from '#domain/ids.ts';
import type { TaskProgress } from '#domain/task.ts';
import { digestOf } from '../chunks/digest.ts';
import type { Datastore } from '../datastore.ts';
import { listGroups, readOwner } from '../hierarchy/groups.ts';
import type { ManifestEntry } from '../hierarchy/manifest.ts';
import { listNamespaces } from '../hierarchy/namespaces.ts';
import { fileKey, isFinished, listSnapshots, readManifest } from '../hierarchy/snapshots.ts';
import { isIndexName, openIndex } from '../indexes/open-index.ts';
import { ChunkAudit } from './chunk-audit.ts';
import { findLeftovers } from './leftovers.ts';

/**
 * Checks what must be true of a datastore at every moment (docs/reliability.md). Reads only. Used by every
 * fault test and shipped as `datastore audit`.
 */
export interface AuditFinding {
  severity: 'error' | 'warning';
  /** The snapshot, group or file that is meant. */
  where: string;
  what: string;
}

export interface AuditReport {
  groups: number;
  snapshots: number;
  unfinished: number;
  /** Different chunks that the finished snapshots refer to. */
  chunks: number;
  findings: AuditFinding[];
}

export interface AuditOptions {
  /** Read and check every chunk instead of only its presence and size. */
  deep: boolean;
  signal: AbortSignal;
  report: (progress: TaskProgress) => void;
  /** Hears of every finished snapshot that was looked at, and what is wrong with it. */
  looked?: (snapshot: SnapshotRef, problems: readonly string[]) => Promise<void>;
}

const FINDINGS_MAX = 1000;

export async function auditDatastore(store: Datastore, options: AuditOptions): Promise<AuditReport> {
  const findings: AuditFinding[] = [];
  const add = (finding: AuditFinding) => {
    if (findings.length < FINDINGS_MAX) findings.push(finding);
  };
  const report: AuditReport = { groups: 0, snapshots: 0, unfinished: 0, chunks: 0, findings };
  const chunks = new ChunkAudit(store, options.deep);
  for (const namespace of await listNamespaces(store.backend)) {
    for (const group of await listGroups(store.backend, namespace)) {
      report.groups += 1;
      await auditGroup(store, group, chunks, report, add, options);
    }
  }
  report.chunks = chunks.count;
  for (const finding of await findLeftovers(store)) add(finding);
  return report;
}

async function auditGroup(
  store: Datastore,
  group: GroupRef,
  chunks: ChunkAudit,
  report: AuditReport,
  add: (finding: AuditFinding) => void,
  options: AuditOptions,
): Promise<void> {
  const snapshots = await listSnapshots(store.backend, group);
  if (snapshots.length > 0 && (await readOwner(store.backend, group)) === null) {
    add({ severity: 'error', where: formatGroupPath(group), what: 'The group has no readable owner.' });
  }
  for (const snapshot of snapshots) {
    options.signal.throwIfAborted();
    if (!(await isFinished(store.backend, snapshot))) {
      report.unfinished += 1;
      continue;
    }
    report.snapshots += 1;
    options.report({ phase: 'Snapshots', done: report.snapshots, unit: 'snapshots' });
    const where = formatSnapshotPath(snapshot);
    const problems = await auditSnapshot(store, snapshot, chunks);
    for (const what of problems) add({ severity: 'error', where, what });
    await options.looked?.(snapshot, problems);
  }
}

async function auditSnapshot(store: Datastore, snapshot: SnapshotRef, chunks: ChunkAudit): Promise<string[]> {
  try {
    const manifest = await readManifest(store.backend, snapshot);
    const problems: string[] = [];
    for (const file of manifest.files) problems.push(...(await auditFile(store, snapshot, file, chunks)));
    return problems;
  } catch (error) {
    if (isBackupError(error, 'SNAPSHOT_UNFINISHED')) return []; // removed while we looked
    return [asBackupError(error).message];
  }
}

async function auditFile(
  store: Datastore,
  snapshot: SnapshotRef,
  file: ManifestEntry,
  chunks: ChunkAudit,
): Promise<string[]> {
  try {
    if (isIndexName(file.name)) return await auditIndex(store, snapshot, file, chunks);
    const bytes = await store.backend.get(fileKey(snapshot, file.name), file.sizeBytes);
    const same = bytes.length === file.sizeBytes && digestOf(bytes) === file.checksum;
    return same ? [] : [`${file.name} is not what the manifest says.`];
  } catch (error) {
    return [`${file.name}: ${asBackupError(error).message}`];
  }
}

async function auditIndex(
  store: Datastore,
  snapshot: SnapshotRef,
  file: ManifestEntry,
  chunks: ChunkAudit,
): Promise<string[]> {
  const reader = await store.backend.open(fileKey(snapshot, file.name));
  try {
    const index = await openIndex(file.name, reader);
    if (index.sizeBytes !== file.sizeBytes || (await index.checksum()) !== file.checksum) {
      return [`${file.name} is not what the manifest says.`];
    }
    const problems = await chunks.check(index, file.cryptMode === 'encrypt');
    return problems.map((problem) => `${file.name}: ${problem}`);
  } finally {
    await reader.close();
  }
}
