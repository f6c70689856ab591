import type { ByteText } from './byte-text.ts';

/** What a restore is asked for, and what it tells. */

export interface RestoreOptions {
  /** Enters directories that exist; without it the target must be empty. */
  intoExisting: boolean;
  /** Replaces what exists and is not a directory; includes `intoExisting`. */
  overwrite: boolean;
  /** Owner and group, by number. */
  owner: boolean;
  /** Permission bits; without them new files get those of the umask. */
  permissions: boolean;
  /** The setuid and setgid bits; never restored without the owner. */
  setuid: boolean;
  acls: boolean;
  xattrs: boolean;
  /** Capabilities of programs. */
  capabilities: boolean;
  /** Attributes such as immutable or append-only, and quota projects. */
  flags: boolean;
  devices: boolean;
  /** Fifos and sockets. */
  specials: boolean;
  /** Whether the target directory itself takes on the metadata of the archive's root. */
  rootMetadata: boolean;
  /** Other numbers for owners and groups, as containers with shifted ids need. */
  mapId: (kind: 'user' | 'group', id: number) => number;
  /** What to restore; `path` from the root of the archive. Below `all` it is not asked again. */
  select: (path: ByteText, isDirectory: boolean) => Selected;
  /** Path of the parsed directory, when it is not the root of the archive. */
  basePath: ByteText;
}

/** `some`: a directory that is made only if something in it is. */
export type Selected = 'all' | 'some' | 'none';

/** `isRoot`: only the superuser can give files away and make devices, so others do not try. */
export function defaultRestoreOptions(isRoot: boolean): RestoreOptions {
  return {
    intoExisting: false,
    overwrite: false,
    owner: isRoot,
    permissions: true,
    setuid: true,
    acls: true,
    xattrs: true,
    capabilities: isRoot,
    flags: isRoot,
    devices: isRoot,
    specials: true,
    rootMetadata: true,
    mapId: (_kind, id) => id,
    select: () => 'all',
    basePath: '' as ByteText,
  };
}

/** What is done to an entry; the name of the one that failed. */
export type RestoreStep =
  | 'create'
  | 'link'
  | 'owner'
  | 'xattr'
  | 'capabilities'
  | 'acl'
  | 'project'
  | 'mode'
  | 'time'
  | 'flags';

export interface RestoreProblem {
  /** From the root of the archive, with a leading slash, as people read it. */
  path: string;
  step: RestoreStep;
  /** Of the system call, or what else is wrong. */
  reason: string;
}

export interface RestoreTotals {
  files: number;
  directories: number;
  hardlinks: number;
  /** Symbolic links, devices, fifos and sockets. */
  others: number;
  bytes: number;
  /** Selected entries that are not there. */
  failed: number;
  /** Everything that was told to `report`. */
  problems: number;
  /** What was left out everywhere, by choice or because this user or filesystem cannot have it. */
  omitted: Set<Omission>;
}

export type Omission = RestoreStep | 'devices' | 'specials' | 'setuid';
