import type { ByteText } from './byte-text.ts';

/** What an archive keeps about one file besides its name and content. */
export interface Metadata {
  /** Type bits and permissions, as st_mode. */
  readonly mode: number;
  /** Attributes in the bits of `file-flags.ts`. */
  readonly flags: number;
  readonly uid: number;
  readonly gid: number;
  /** Modification time: whole seconds since 1970, floored … */
  readonly seconds: number;
  /** … and 0 to 999 999 999 nanoseconds after that. */
  readonly nanos: number;
  readonly xattrs: readonly Xattr[];
  readonly acl: Acl | null;
  /** Raw value of `security.capability`. */
  readonly capabilities: Uint8Array | null;
  readonly projectId: number | null;
}

export interface Xattr {
  readonly name: ByteText;
  readonly value: Uint8Array;
}

/** A user or group that an access control list names; 4 read, 2 write, 1 execute. */
export interface AclEntry {
  readonly id: number;
  readonly permissions: number;
}

export interface Acl {
  readonly users: readonly AclEntry[];
  readonly groups: readonly AclEntry[];
  /** Rights of the owning group where the mode shows the mask instead; null without a mask. */
  readonly groupObject: number | null;
  /** What new files in a directory inherit. */
  readonly inherited: InheritedAcl | null;
}

/** The base entries are null when the list lacks them. */
export interface InheritedAcl {
  readonly userObject: number | null;
  readonly groupObject: number | null;
  readonly other: number | null;
  readonly mask: number | null;
  readonly users: readonly AclEntry[];
  readonly groups: readonly AclEntry[];
}

export const NO_XATTRS: readonly Xattr[] = [];
export const NO_ACL_ENTRIES: readonly AclEntry[] = [];

/** Type bits of a mode. */
export const TYPE_MASK = 0o170000;
export const PERMISSION_MASK = 0o7777;
export const TYPE = {
  socket: 0o140000,
  symlink: 0o120000,
  file: 0o100000,
  block: 0o060000,
  directory: 0o040000,
  character: 0o020000,
  fifo: 0o010000,
} as const;

/** What an entry is. A hardlink has no type bits: it is one more name of a file. */
export type FileKind = keyof typeof TYPE;
export type EntryKind = FileKind | 'hardlink';

const KINDS = new Map<number, FileKind>(Object.entries(TYPE).map(([kind, bits]) => [bits, kind as FileKind]));

export function kindOf(mode: number): FileKind | undefined {
  return KINDS.get(mode & TYPE_MASK);
}

/** The plain case, for entries that are made up: no attributes at all. */
export function plainMetadata(mode: number, more: Partial<Metadata> = {}): Metadata {
  return {
    mode,
    flags: 0,
    uid: 0,
    gid: 0,
    seconds: 0,
    nanos: 0,
    xattrs: NO_XATTRS,
    acl: null,
    capabilities: null,
    projectId: null,
    ...more,
  };
}
