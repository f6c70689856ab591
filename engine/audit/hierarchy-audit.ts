import {
  BACKUP_TYPES,
  type BackupId,
  type BackupType,
  formatGroupPath,
  type GroupRef,
  NAMESPACE_DEPTH_MAX,
  type NamespacePath,
  namespaceComponents,
  parseArchiveFileName,
  parseBackupId,
  parseNamespaceComponent,
  parseSnapshotTime,
  ROOT_NAMESPACE,
  type SnapshotRef,
} from '#domain/ids.ts';
import type { TaskProgress } from '#domain/task.ts';
import type { Entry } from '../backends/backend.ts';
import { CHUNK_ROOT } from '../chunks/chunk-key.ts';
import type { Datastore } from '../datastore.ts';
import { readGroupNotes, readOwner } from '../hierarchy/groups.ts';
import {
  below,
  groupKey,
  isDeletingName,
  NOTES_NAME,
  namespaceKey,
  OWNER_NAME,
  PROCESS_LOCK_NAME,
  PROTECTED_NAME,
  snapshotKey,
} from '../hierarchy/layout.ts';
import { MOVES_ROOT } from '../hierarchy/move-journal.ts';
import { listOrNothing } from '../hierarchy/namespaces.ts';
import { isFinished } from '../hierarchy/snapshots.ts';
import { IDENTITY_NAME, OWNER_RECORD_NAME } from '../identity.ts';
import type { LockPlace } from '../locks/lock-table.ts';
import { groupPlace, snapshotPlace } from '../locks/places.ts';
import { RESERVE_NAME } from '../reserve.ts';
import { TRASH_ROOT } from '../trash/trash-layout.ts';
import type { Findings } from './findings.ts';
import type { KnownNames } from './known-names.ts';

/** As `engine/provision.ts` makes it; a datastore that is complete has none. */
const PROVISIONING_NAME = '.ibs-provisioning';
/** A Proxmox Backup Server notes its last collection there. */
const FOREIGN_STATUS_NAME = '.gc-status';

const ROOT_FILES: readonly string[] = [
  PROCESS_LOCK_NAME,
  IDENTITY_NAME,
  OWNER_RECORD_NAME,
  PROVISIONING_NAME,
  RESERVE_NAME,
  FOREIGN_STATUS_NAME,
];

const ROOT_BRANCHES: readonly string[] = [CHUNK_ROOT, TRASH_ROOT, MOVES_ROOT];

export interface HierarchyOptions {
  signal: AbortSignal;
  report: (progress: TaskProgress) => void;
}

/** Walks namespaces, groups and snapshots by name: what is there, what does not belong, and what was left behind. */
export class HierarchyAudit {
  readonly #store: Datastore;
  readonly #names: KnownNames;
  readonly #findings: Findings;
  readonly #options: HierarchyOptions;
  groups = 0;
  unfinished = 0;
  readonly finished: SnapshotRef[] = [];

  constructor(store: Datastore, names: KnownNames, findings: Findings, options: HierarchyOptions) {
    this.#store = store;
    this.#names = names;
    this.#findings = findings;
    this.#options = options;
  }

  async walk(): Promise<void> {
    const entries = await this.#names.of('', (entry) => isRootFile(entry) || isBranch(entry, ROOT_BRANCHES));
    if (entries.some(({ name }) => name === PROVISIONING_NAME)) {
      const what = 'The creation of the datastore was interrupted after its last step.';
      this.#findings.add('provisioning-left', PROVISIONING_NAME, what);
    }
    await this.#branches(ROOT_NAMESPACE, entries);
  }

  async #namespace(namespace: NamespacePath): Promise<void> {
    await this.#branches(
      namespace,
      await this.#names.of(namespaceKey(namespace), (entry) => isBranch(entry)),
    );
  }

  async #branches(namespace: NamespacePath, entries: readonly Entry[]): Promise<void> {
    for (const { name } of entries) {
      const key = below(namespaceKey(namespace), name);
      if (BACKUP_TYPES.some((type) => type === name)) await this.#type(namespace, name as BackupType, key);
      if (name === 'ns') await this.#children(namespace, key);
    }
  }

  async #children(parent: NamespacePath, key: string): Promise<void> {
    const mayHold = namespaceComponents(parent).length < NAMESPACE_DEPTH_MAX;
    const entries = await this.#names.of(
      key,
      ({ name, kind }) => mayHold && kind === 'directory' && parseNamespaceComponent(name).ok,
    );
    for (const { name } of entries) await this.#namespace(below(parent, name) as NamespacePath);
  }

  async #type(namespace: NamespacePath, type: BackupType, key: string): Promise<void> {
    const entries = await this.#names.of(
      key,
      ({ name, kind }) => kind === 'directory' && parseBackupId(name).ok,
    );
    for (const { name } of entries) {
      this.#options.signal.throwIfAborted();
      await this.#group({ namespace, type, id: name as BackupId });
      this.groups += 1;
      this.#options.report({ phase: 'Names', done: this.groups, unit: 'groups' });
    }
  }

  async #group(group: GroupRef): Promise<void> {
    const entries = await this.#names.of(groupKey(group), isKnownInGroup, { directory: 'snapshot-name' });
    const snapshots = entries.flatMap(({ name }) => {
      const time = parseSnapshotTime(name);
      return time.ok ? [{ ...group, time: time.value }] : [];
    });
    if (snapshots.length > 0) await this.#checkOwner(group);
    if (entries.some(({ name }) => name === NOTES_NAME)) await this.#checkNotes(group);
    for (const { name } of entries) if (isDeletingName(name)) await this.#reportRemoval(group, name);
    for (const snapshot of snapshots.reverse()) await this.#snapshot(snapshot);
  }

  /** Without one, nobody but an administrator may use the group. */
  async #checkOwner(group: GroupRef): Promise<void> {
    const { backend } = this.#store;
    if ((await readOwner(backend, group)) !== null) return;
    const where = formatGroupPath(group);
    const isThere = (await backend.stat(below(groupKey(group), OWNER_NAME))) !== undefined;
    if (isThere) this.#findings.add('owner-malformed', where, 'The owner file of the group names nobody.');
    else if (!this.#isHeld(groupPlace(group)))
      this.#findings.add('owner-missing', where, 'The group has no owner file.');
  }

  /** What cannot be read whole is shown as if there were no notes. */
  async #checkNotes(group: GroupRef): Promise<void> {
    const key = below(groupKey(group), NOTES_NAME);
    const stat = await this.#store.backend.stat(key);
    if (!stat || stat.sizeBytes === 0 || (await readGroupNotes(this.#store.backend, group)) !== '') return;
    const what = 'The notes of the group are larger than notes may be, or cannot be read.';
    this.#findings.add('notes-too-large', key, what);
  }

  /** Of a removal that is under way, somebody holds the group or the snapshot. */
  async #reportRemoval(group: GroupRef, name: string): Promise<void> {
    const key = below(groupKey(group), name);
    const time = parseSnapshotTime(name.slice(1, name.lastIndexOf('.')));
    const places = [groupPlace(group), ...(time.ok ? [snapshotPlace({ ...group, time: time.value })] : [])];
    if (this.#isHeld(...places)) return;
    const entries = await listOrNothing(this.#store.backend, groupKey(group));
    if (!entries.some((entry) => entry.name === name)) return;
    this.#findings.add('removal-interrupted', key, 'A removal was interrupted; a rescan finishes it.');
  }

  /** The names in a finished one are held against its manifest, when that is read. */
  async #snapshot(snapshot: SnapshotRef): Promise<void> {
    if (await isFinished(this.#store.backend, snapshot)) {
      this.finished.push(snapshot);
      return;
    }
    this.unfinished += 1;
    await this.#names.of(snapshotKey(snapshot), isKnownInSnapshot);
  }

  #isHeld(...places: LockPlace[]): boolean {
    const held = new Set(this.#store.locks.list().map((lock) => lock.key));
    return places.some((place) => held.has(place.key));
  }
}

function isRootFile({ name, kind }: Entry): boolean {
  return kind === 'object' && ROOT_FILES.includes(name);
}

/** A directory that every namespace may have; the root has others as well. */
function isBranch({ name, kind }: Entry, besides: readonly string[] = []): boolean {
  const isOurs = BACKUP_TYPES.some((type) => type === name) || name === 'ns' || besides.includes(name);
  return kind === 'directory' && isOurs;
}

function isKnownInGroup({ name, kind }: Entry): boolean {
  if (kind === 'directory') return parseSnapshotTime(name).ok || isDeletingName(name);
  return kind === 'object' && (name === OWNER_NAME || name === NOTES_NAME);
}

/** Whatever a backup may have sent. */
export function isKnownInSnapshot({ name, kind }: Entry): boolean {
  return kind === 'object' && (name === PROTECTED_NAME || parseArchiveFileName(name).ok);
}
