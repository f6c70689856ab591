import { damaged, readU64 } from './archive-errors.ts';
import { type ByteText, byteText } from './byte-text.ts';
import {
  ACL_DEFAULT,
  ACL_DEFAULT_GROUP,
  ACL_DEFAULT_USER,
  ACL_GROUP,
  ACL_GROUP_OBJ,
  ACL_USER,
  ENTRY,
  FCAPS,
  type ItemType,
  QUOTA_PROJECT,
  XATTR,
  XATTR_NAME_MAX,
} from './item-types.ts';
import { ATTRIBUTES_MAX, ATTRIBUTES_SIZE_MAX } from './limits.ts';
import { type AclEntry, type FileKind, kindOf, type Metadata, NO_XATTRS, type Xattr } from './metadata.ts';

const NANOS_PER_SECOND = 1_000_000_000n;
const MODE_MAX = 0o177777;
const ATTRIBUTE_TYPES: ReadonlySet<ItemType> = new Set([
  XATTR,
  ACL_USER,
  ACL_GROUP,
  ACL_GROUP_OBJ,
  ACL_DEFAULT,
  ACL_DEFAULT_USER,
  ACL_DEFAULT_GROUP,
  FCAPS,
  QUOTA_PROJECT,
]);

export function isAttribute(type: ItemType): boolean {
  return ATTRIBUTE_TYPES.has(type);
}

/** Gathers the metadata of one node from its ENTRY and the items after it. Errors: DATA_CORRUPT. */
export class MetadataDecoder {
  readonly kind: FileKind;
  readonly #entry: EntryFields;
  #xattrs: Xattr[] | null = null;
  #acl: AclItems | null = null;
  #capabilities: Buffer | null = null;
  #projectId: number | null = null;
  #count = 0;
  #size = 0;

  /** The content of an ENTRY, or of the older form, from `at`. */
  constructor(type: ItemType, bytes: Buffer, at: number) {
    this.#entry = type === ENTRY ? readEntry(bytes, at) : readOldEntry(bytes, at);
    const { mode, nanos } = this.#entry;
    const kind = kindOf(mode);
    if (kind === undefined || mode > MODE_MAX) throw damaged('a mode names no kind of file');
    if (nanos >= Number(NANOS_PER_SECOND)) throw damaged('a time has too many nanoseconds');
    this.kind = kind;
  }

  add(type: ItemType, bytes: Buffer, start: number, end: number): void {
    this.#count += 1;
    this.#size += end - start;
    if (this.#count > ATTRIBUTES_MAX || this.#size > ATTRIBUTES_SIZE_MAX) {
      throw damaged('an entry has too many attributes');
    }
    if (type === XATTR) this.#addXattr(bytes, start, end);
    else if (type === FCAPS) {
      if (this.#capabilities !== null) throw twice(type);
      this.#capabilities = Buffer.from(bytes.subarray(start, end));
    } else if (type === QUOTA_PROJECT) {
      if (this.#projectId !== null) throw twice(type);
      this.#projectId = readId(bytes, start);
    } else {
      this.#acl ??= new AclItems();
      this.#acl.add(type, bytes, start);
    }
  }

  finish(): Metadata {
    return {
      ...this.#entry,
      xattrs: this.#xattrs ?? NO_XATTRS,
      acl: this.#acl?.finish() ?? null,
      capabilities: this.#capabilities,
      projectId: this.#projectId,
    };
  }

  #addXattr(bytes: Buffer, start: number, end: number): void {
    const nul = bytes.indexOf(0, start);
    if (nul < 0 || nul >= end || nul === start) throw damaged('an extended attribute has no name');
    if (nul - start > XATTR_NAME_MAX) throw damaged('the name of an extended attribute is too long');
    const name: ByteText = byteText(bytes.subarray(start, nul));
    this.#xattrs ??= [];
    this.#xattrs.push({ name, value: Buffer.from(bytes.subarray(nul + 1, end)) });
  }
}

type EntryFields = Pick<Metadata, 'mode' | 'flags' | 'uid' | 'gid' | 'seconds' | 'nanos'>;

function readEntry(bytes: Buffer, at: number): EntryFields {
  return {
    mode: readU64(bytes, at),
    flags: bytes.readUInt32LE(at + 8),
    uid: bytes.readUInt32LE(at + 16),
    gid: bytes.readUInt32LE(at + 20),
    seconds: bytes.readInt32LE(at + 28) * 2 ** 32 + bytes.readUInt32LE(at + 24),
    nanos: bytes.readUInt32LE(at + 32),
  };
}

/** Very old writers kept nanoseconds since 1970 in one number. */
function readOldEntry(bytes: Buffer, at: number): EntryFields {
  const time = bytes.readBigUInt64LE(at + 24);
  return {
    mode: readU64(bytes, at),
    flags: bytes.readUInt32LE(at + 8),
    uid: bytes.readUInt32LE(at + 16),
    gid: bytes.readUInt32LE(at + 20),
    seconds: Number(time / NANOS_PER_SECOND),
    nanos: Number(time % NANOS_PER_SECOND),
  };
}

class AclItems {
  readonly #users: AclEntry[] = [];
  readonly #groups: AclEntry[] = [];
  readonly #inheritedUsers: AclEntry[] = [];
  readonly #inheritedGroups: AclEntry[] = [];
  #groupObject: number | null = null;
  #base: (number | null)[] | null = null;

  add(type: ItemType, bytes: Buffer, at: number): void {
    if (type === ACL_USER) this.#users.push(readAclEntry(bytes, at));
    else if (type === ACL_GROUP) this.#groups.push(readAclEntry(bytes, at));
    else if (type === ACL_DEFAULT_USER) this.#inheritedUsers.push(readAclEntry(bytes, at));
    else if (type === ACL_DEFAULT_GROUP) this.#inheritedGroups.push(readAclEntry(bytes, at));
    else if (type === ACL_GROUP_OBJ) {
      if (this.#groupObject !== null) throw twice(type);
      this.#groupObject = readPermissions(bytes, at);
    } else {
      if (this.#base !== null) throw twice(type);
      this.#base = [at, at + 8, at + 16, at + 24].map((field) => readOptionalPermissions(bytes, field));
    }
  }

  finish() {
    const base = this.#base;
    const [userObject = null, groupObject = null, other = null, mask = null] = base ?? [];
    const names = { users: this.#inheritedUsers, groups: this.#inheritedGroups };
    const inherited = base === null ? null : { userObject, groupObject, other, mask, ...names };
    return { users: this.#users, groups: this.#groups, groupObject: this.#groupObject, inherited };
  }
}

function readAclEntry(bytes: Buffer, at: number): AclEntry {
  return { id: readId(bytes, at), permissions: readPermissions(bytes, at + 8) };
}

/** Ids have 32 bits, whatever their field has. */
function readId(bytes: Buffer, at: number): number {
  const id = readU64(bytes, at);
  if (id > 0xffffffff) throw damaged('an id that cannot be');
  return id;
}

function readPermissions(bytes: Buffer, at: number): number {
  const permissions = readU64(bytes, at);
  if (permissions > 7) throw damaged('an access list grants unknown rights');
  return permissions;
}

/** All bits set stand for an entry that is not there. */
function readOptionalPermissions(bytes: Buffer, at: number): number | null {
  return bytes.readBigUInt64LE(at) === 0xffffffffffffffffn ? null : readPermissions(bytes, at);
}

function twice(type: ItemType) {
  return damaged(`an entry has two items ${type.name}`);
}
