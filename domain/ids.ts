import { quote } from './quote.ts';
import { ok, type Result, refuse } from './result.ts';

/** Names and references of the datastore format (section 2), as types that only their parser makes. */

declare const brand: unique symbol;
type Branded<Name extends string> = string & { readonly [brand]: Name };

export type DatastoreName = Branded<'DatastoreName'>;
/** Components joined by `/`; the empty string is the root namespace. */
export type NamespacePath = Branded<'NamespacePath'>;
export type BackupId = Branded<'BackupId'>;
/** A plain file name inside a snapshot directory, with its server extension. */
export type ArchiveFileName = Branded<'ArchiveFileName'>;

export const BACKUP_TYPES = ['ct', 'host', 'vm'] as const;
export type BackupType = (typeof BACKUP_TYPES)[number];

export const ROOT_NAMESPACE = '' as NamespacePath;
export const NAMESPACE_DEPTH_MAX = 7;
const NAMESPACE_LENGTH_MAX = 256;
const NAMESPACE_COMPONENT_MAX = 32;
const BACKUP_ID_MAX = 128;
const ARCHIVE_NAME_MAX = 255;

const SAFE_ID = /^[A-Za-z0-9_][A-Za-z0-9._-]*$/;
const SERVER_FILE = /\.(fidx|didx|blob)$/;
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;

export interface GroupRef {
  namespace: NamespacePath;
  type: BackupType;
  id: BackupId;
}

export interface SnapshotRef extends GroupRef {
  /** Whole seconds since 1970, at least 1. */
  time: number;
}

export function parseDatastoreName(text: string, field = 'name'): Result<DatastoreName> {
  if (SAFE_ID.test(text) && text.length >= 3 && text.length <= 32) return ok(text as DatastoreName);
  const message = text === '' ? 'Give the datastore a name.' : `${quote(text)} cannot name a datastore.`;
  return refuse('NAME_INVALID', message, {
    field,
    hint: 'Use 3 to 32 letters, digits, dots, dashes or underscores; start with a letter, digit or underscore.',
  });
}

export function parseNamespaceComponent(text: string, field = 'name'): Result<string> {
  if (SAFE_ID.test(text) && text.length <= NAMESPACE_COMPONENT_MAX) return ok(text);
  const message = text === '' ? 'Give the namespace a name.' : `${quote(text)} cannot name a namespace.`;
  return refuse('NAMESPACE_INVALID', message, {
    field,
    hint: 'Use 1 to 32 letters, digits, dots, dashes or underscores; start with a letter, digit or underscore.',
  });
}

export function parseNamespacePath(text: string, field = 'namespace'): Result<NamespacePath> {
  if (text === '') return ok(ROOT_NAMESPACE);
  const components = text.split('/');
  if (components.length > NAMESPACE_DEPTH_MAX || text.length > NAMESPACE_LENGTH_MAX) {
    return refuse('NAMESPACE_INVALID', 'The namespace is too deep or too long.', {
      field,
      hint: `At most ${NAMESPACE_DEPTH_MAX} levels and ${NAMESPACE_LENGTH_MAX} characters.`,
    });
  }
  for (const component of components) {
    const parsed = parseNamespaceComponent(component, field);
    if (!parsed.ok) return parsed;
  }
  return ok(text as NamespacePath);
}

export function namespaceComponents(namespace: NamespacePath): string[] {
  return namespace === '' ? [] : namespace.split('/');
}

export function parseBackupType(text: string, field = 'backup-type'): Result<BackupType> {
  const type = BACKUP_TYPES.find((known) => known === text);
  if (type) return ok(type);
  return refuse('INPUT_INVALID', `${quote(text)} is not a backup type.`, {
    field,
    hint: 'Use vm, ct or host.',
  });
}

export function parseBackupId(text: string, field = 'backup-id'): Result<BackupId> {
  if (SAFE_ID.test(text) && text.length <= BACKUP_ID_MAX) return ok(text as BackupId);
  const message = text === '' ? 'Give the machine an id.' : `${quote(text)} cannot be a backup id.`;
  return refuse('NAME_INVALID', message, {
    field,
    hint: 'Use 1 to 128 letters, digits, dots, dashes or underscores; start with a letter, digit or underscore.',
  });
}

/** A name that a manifest or a client gives is untrusted: no slash, no dot names, no NUL, a known extension. */
export function parseArchiveFileName(text: string, field = 'file-name'): Result<ArchiveFileName> {
  if (SAFE_ID.test(text) && SERVER_FILE.test(text) && text.length <= ARCHIVE_NAME_MAX) {
    return ok(text as ArchiveFileName);
  }
  return refuse('NAME_INVALID', `${quote(text)} cannot name a file of a snapshot.`, {
    field,
    hint: 'A plain name that ends in .fidx, .didx or .blob.',
  });
}

export function parseSnapshotTime(text: string, field = 'backup-time'): Result<number> {
  const ms = TIME.test(text) ? Date.parse(text) : Number.NaN;
  // A time such as 2026-02-30 would come back as another day: what does not round-trip is no time.
  if (!Number.isNaN(ms) && ms >= 1000 && formatSnapshotTime(ms / 1000) === text) return ok(ms / 1000);
  return refuse('REFERENCE_INVALID', `${quote(text)} is not a snapshot time.`, {
    field,
    hint: 'Write it in UTC, for example 2026-05-02T08:11:33Z.',
  });
}

/** RFC 3339 in UTC; `seconds` since 1970. */
export function formatSnapshotTime(seconds: number): string {
  return `${new Date(seconds * 1000).toISOString().slice(0, 19)}Z`;
}

/** `vm/100` or `ns/path/vm/100` → the group. */
export function parseGroupRef(text: string, field = 'group'): Result<GroupRef> {
  const parts = text.split('/');
  const id = parseBackupId(parts.pop() ?? '', field);
  const type = parseBackupType(parts.pop() ?? '', field);
  if (!id.ok || !type.ok) {
    return refuse('REFERENCE_INVALID', `${quote(text)} is not a backup group.`, {
      field,
      hint: 'Write type/id, for example vm/12345, with the namespace in front if there is one.',
    });
  }
  const namespace = parseNamespacePath(parts.join('/'), field);
  return namespace.ok ? ok({ namespace: namespace.value, type: type.value, id: id.value }) : namespace;
}

/** `vm/100/2026-05-02T08:11:33Z`, with the namespace in front if there is one. */
export function parseSnapshotRef(text: string, field = 'snapshot'): Result<SnapshotRef> {
  const slash = text.lastIndexOf('/');
  const time = parseSnapshotTime(text.slice(slash + 1), field);
  const group = parseGroupRef(text.slice(0, Math.max(slash, 0)), field);
  if (time.ok && group.ok) return ok({ ...group.value, time: time.value });
  return refuse('REFERENCE_INVALID', `${quote(text)} is not a snapshot.`, {
    field,
    hint: 'Write type/id/time, for example vm/12345/2026-05-02T08:11:33Z.',
  });
}

export interface Located<T> {
  datastore: DatastoreName;
  ref: T;
}

/** `store:ns/vm/12345` → datastore and group. */
export function parseLocatedGroup(text: string, field = 'group'): Result<Located<GroupRef>> {
  return parseLocated(text, field, parseGroupRef);
}

/** `store:ns/vm/12345/2026-05-02T08:11:33Z` → datastore and snapshot. */
export function parseLocatedSnapshot(text: string, field = 'snapshot'): Result<Located<SnapshotRef>> {
  return parseLocated(text, field, parseSnapshotRef);
}

function parseLocated<T>(text: string, field: string, parse: (text: string, field: string) => Result<T>) {
  const colon = text.indexOf(':');
  const name = parseDatastoreName(text.slice(0, Math.max(colon, 0)), field);
  if (!name.ok) {
    return refuse('REFERENCE_INVALID', `${quote(text)} does not start with a datastore.`, {
      field,
      hint: 'Write datastore:type/id, for example ibs-primary:vm/12345.',
    });
  }
  const ref = parse(text.slice(colon + 1), field);
  return ref.ok ? ok({ datastore: name.value, ref: ref.value }) : ref;
}

/** `vm/100`, without the namespace: the form of the wire and of directory names. */
export function formatGroup(group: GroupRef): string {
  return `${group.type}/${group.id}`;
}

export function formatGroupPath(group: GroupRef): string {
  return group.namespace === '' ? formatGroup(group) : `${group.namespace}/${formatGroup(group)}`;
}

export function formatSnapshot(snapshot: SnapshotRef): string {
  return `${formatGroup(snapshot)}/${formatSnapshotTime(snapshot.time)}`;
}

export function formatSnapshotPath(snapshot: SnapshotRef): string {
  return `${formatGroupPath(snapshot)}/${formatSnapshotTime(snapshot.time)}`;
}

/** The order of every listing (section 2): ct < host < vm, then numeric ids as numbers, before all others. */
export function compareGroups(a: GroupRef, b: GroupRef): number {
  if (a.type !== b.type) return BACKUP_TYPES.indexOf(a.type) - BACKUP_TYPES.indexOf(b.type);
  const [aNumeric, bNumeric] = [/^\d+$/.test(a.id), /^\d+$/.test(b.id)];
  if (aNumeric !== bNumeric) return aNumeric ? -1 : 1;
  if (aNumeric) {
    const [x, y] = [BigInt(a.id), BigInt(b.id)];
    if (x !== y) return x < y ? -1 : 1;
  }
  return a.id < b.id ? -1 : a.id > b.id ? 1 : 0;
}
