import {
  BACKUP_TYPES,
  compareGroups,
  type GroupRef,
  NAMESPACE_DEPTH_MAX,
  type NamespacePath,
  namespaceComponents,
  parseBackupId,
  parseNamespaceComponent,
  ROOT_NAMESPACE,
} from '#domain/ids.ts';
import type { TrashItem } from '#domain/trash.ts';
import type { ObjectBackend } from '../backends/backend.ts';
import { below, namespaceKey } from '../hierarchy/layout.ts';
import { listOrNothing } from '../hierarchy/namespaces.ts';
import { parseDeletingName, parseItemName, TRASH_ROOT, trashGroupKey } from './trash-layout.ts';

/** What the trash holds of one group. */
export interface TrashedGroup {
  group: GroupRef;
  /** Newest snapshot first. An item may have lost its snapshot by the time it is looked at, or never had it. */
  items: TrashItem[];
  /** Removals that were begun: their directories hold what is left. */
  removals: TrashItem[];
}

/** The groups of which something lies in the trash, by name; foreign names are skipped. */
export async function* trashedGroups(backend: ObjectBackend): AsyncIterable<TrashedGroup> {
  for await (const namespace of namespacesFrom(backend, ROOT_NAMESPACE)) {
    for (const group of await groupsIn(backend, namespace)) yield await trashedGroup(backend, group);
  }
}

export async function trashedGroup(backend: ObjectBackend, group: GroupRef): Promise<TrashedGroup> {
  const found: TrashedGroup = { group, items: [], removals: [] };
  for (const { name, kind } of await listOrNothing(backend, trashGroupKey(group))) {
    if (kind !== 'directory') continue;
    const item = parseItemName(name);
    const removal = parseDeletingName(name);
    if (item) found.items.push({ ...group, ...item });
    if (removal) found.removals.push({ ...group, ...removal });
  }
  found.items.sort((a, b) => b.time - a.time || b.trashedTime - a.trashedTime);
  return found;
}

async function* namespacesFrom(backend: ObjectBackend, start: NamespacePath): AsyncIterable<NamespacePath> {
  yield start;
  if (namespaceComponents(start).length >= NAMESPACE_DEPTH_MAX) return;
  const entries = await listOrNothing(backend, below(trashKeyOf(start), 'ns'));
  const names = entries.filter(({ name, kind }) => kind === 'directory' && parseNamespaceComponent(name).ok);
  for (const name of names.map((entry) => entry.name).sort()) {
    yield* namespacesFrom(backend, below(start, name) as NamespacePath);
  }
}

async function groupsIn(backend: ObjectBackend, namespace: NamespacePath): Promise<GroupRef[]> {
  const groups: GroupRef[] = [];
  for (const type of BACKUP_TYPES) {
    for (const { name, kind } of await listOrNothing(backend, below(trashKeyOf(namespace), type))) {
      const id = parseBackupId(name);
      if (kind === 'directory' && id.ok) groups.push({ namespace, type, id: id.value });
    }
  }
  return groups.sort(compareGroups);
}

function trashKeyOf(namespace: NamespacePath): string {
  return namespace === ROOT_NAMESPACE ? TRASH_ROOT : below(TRASH_ROOT, namespaceKey(namespace));
}
