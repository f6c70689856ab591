import {
  BACKUP_TYPES,
  type BackupId,
  type BackupType,
  type GroupRef,
  NAMESPACE_DEPTH_MAX,
  type NamespacePath,
  namespaceComponents,
  parseBackupId,
  parseNamespaceComponent,
  ROOT_NAMESPACE,
} from '#domain/ids.ts';
import type { TrashItem } from '#domain/trash.ts';
import type { Entry } from '../backends/backend.ts';
import type { Datastore } from '../datastore.ts';
import { below } from '../hierarchy/layout.ts';
import { directoryExists } from '../hierarchy/namespaces.ts';
import { removedPlace, snapshotPlace } from '../locks/places.ts';
import { parseRemovedName } from '../trash/removed-namespaces.ts';
import {
  CONTENT_NAME,
  itemKey,
  NOTE_NAME,
  parseDeletingName,
  parseItemName,
  REMOVED_ROOT,
  TRASH_ROOT,
} from '../trash/trash-layout.ts';
import type { Findings } from './findings.ts';
import { isKnownInSnapshot } from './hierarchy-audit.ts';
import type { KnownNames } from './known-names.ts';

/**
 * Looks at the trash by name: what does not belong there, and what a crash has left. What the snapshots in it hold is
 * nobody's promise until one is restored.
 */
export class TrashAudit {
  readonly #store: Datastore;
  readonly #names: KnownNames;
  readonly #findings: Findings;
  readonly #signal: AbortSignal;

  constructor(store: Datastore, names: KnownNames, findings: Findings, signal: AbortSignal) {
    this.#store = store;
    this.#names = names;
    this.#findings = findings;
    this.#signal = signal;
  }

  async walk(namespace: NamespacePath = ROOT_NAMESPACE, key: string = TRASH_ROOT): Promise<void> {
    const isKnown = (entry: Entry) => isBranch(entry) || below(key, entry.name) === REMOVED_ROOT;
    for (const { name } of await this.#names.of(key, isKnown)) {
      const branch = below(key, name);
      if (branch === REMOVED_ROOT) await this.#removed();
      else if (name === 'ns') await this.#children(namespace, branch);
      else await this.#type(namespace, name as BackupType, branch);
    }
  }

  /** Namespaces that were removed as a whole. */
  async #removed(): Promise<void> {
    for (const { name } of await this.#names.of(REMOVED_ROOT, ({ name: one }) => !!parseRemovedName(one))) {
      const key = below(REMOVED_ROOT, name.replace(/\.json$/, ''));
      if (this.#store.locks.list().some((lock) => lock.key === removedPlace(key).key)) continue;
      if (!(await directoryExists(this.#store.backend, key))) continue;
      const what = 'The removal of a namespace was interrupted; a rescan finishes it.';
      this.#findings.add('removal-interrupted', key, what);
    }
  }

  async #children(parent: NamespacePath, key: string): Promise<void> {
    const mayHold = namespaceComponents(parent).length < NAMESPACE_DEPTH_MAX;
    const isKnown = ({ name, kind }: Entry) =>
      mayHold && kind === 'directory' && parseNamespaceComponent(name).ok;
    for (const { name } of await this.#names.of(key, isKnown)) {
      await this.walk(below(parent, name) as NamespacePath, below(key, name));
    }
  }

  async #type(namespace: NamespacePath, type: BackupType, key: string): Promise<void> {
    const isKnown = ({ name, kind }: Entry) => kind === 'directory' && parseBackupId(name).ok;
    for (const { name } of await this.#names.of(key, isKnown)) {
      await this.#group({ namespace, type, id: name as BackupId }, below(key, name));
    }
  }

  async #group(group: GroupRef, key: string): Promise<void> {
    for (const { name } of await this.#names.of(key, isKnownInGroup)) {
      this.#signal.throwIfAborted();
      const item = parseItemName(name);
      const removal = item ?? parseDeletingName(name);
      if (item) await this.#item({ ...group, ...item });
      else if (removal) await this.#report({ ...group, ...removal }, below(key, name));
    }
  }

  async #item(item: TrashItem): Promise<void> {
    const key = itemKey(item);
    const entries = await this.#names.of(key, isKnownInItem);
    if (entries.some(({ name }) => name === CONTENT_NAME)) {
      await this.#names.of(below(key, CONTENT_NAME), isKnownInSnapshot);
    } else {
      await this.#report(item, key);
    }
  }

  /** Of a move or removal that is under way, somebody holds the snapshot. */
  async #report(item: TrashItem, key: string): Promise<void> {
    const { key: place } = snapshotPlace(item);
    if (this.#store.locks.list().some((lock) => lock.key === place)) return;
    const { backend } = this.#store;
    if (!(await directoryExists(backend, key))) return;
    if (await directoryExists(backend, below(key, CONTENT_NAME))) {
      if (parseItemName(key.slice(key.lastIndexOf('/') + 1)) !== null) return; // it has come meanwhile
    }
    const what = 'A move or a removal in the trash was interrupted; a rescan finishes it.';
    this.#findings.add('removal-interrupted', key, what);
  }
}

function isBranch({ name, kind }: Entry): boolean {
  return kind === 'directory' && (name === 'ns' || BACKUP_TYPES.some((type) => type === name));
}

function isKnownInGroup({ name, kind }: Entry): boolean {
  return kind === 'directory' && (parseItemName(name) !== null || parseDeletingName(name) !== null);
}

function isKnownInItem({ name, kind }: Entry): boolean {
  return name === CONTENT_NAME ? kind === 'directory' : kind === 'object' && name === NOTE_NAME;
}
