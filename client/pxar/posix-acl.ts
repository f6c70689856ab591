import { type Acl, type AclEntry, type InheritedAcl, NO_ACL_ENTRIES } from './metadata.ts';

/**
 * Access control lists between the kernel's form, the value of `system.posix_acl_access` and `_default`, and
 * the items of an archive. Kernel: u32 version 2, then entries of u16 tag, u16 permissions, u32 id, sorted
 * by tag and id.
 */

const VERSION = 2;
const ENTRY_SIZE = 8;
const NO_ID = 0xffffffff;

const TAG = { userObject: 1, user: 2, groupObject: 4, group: 8, mask: 16, other: 32 } as const;

/** A list as the kernel holds it; base entries null where it lacks them. */
interface KernelAcl {
  userObject: number | null;
  users: AclEntry[];
  groupObject: number | null;
  groups: AclEntry[];
  mask: number | null;
  other: number | null;
}

/**
 * What an archive stores of the two values. The owner's, the others' and the mask's rights live in the mode;
 * the group's are stored only where a mask took their place there. Null when nothing needs storing, and for
 * values that are not of version 2.
 */
export function aclFromKernel(access: Buffer | null, inherited: Buffer | null): Acl | null {
  const own = access === null ? null : parse(access);
  const passedOn = inherited === null ? null : parse(inherited);
  const hasNames = own !== null && (own.users.length > 0 || own.groups.length > 0 || own.mask !== null);
  if (!hasNames && passedOn === null) return null;
  return {
    users: own?.users ?? NO_ACL_ENTRIES,
    groups: own?.groups ?? NO_ACL_ENTRIES,
    groupObject: own !== null && own.mask !== null ? own.groupObject : null,
    inherited: passedOn,
  };
}

/** The access list to set; null when the mode alone says everything. */
export function accessAclToKernel(acl: Acl, mode: number): Buffer | null {
  const { users, groups, groupObject } = acl;
  const hasNames = users.length > 0 || groups.length > 0;
  if (!hasNames && groupObject === null) return null;
  const groupBits = (mode >> 3) & 7;
  return build({
    userObject: (mode >> 6) & 7,
    users: [...users],
    groupObject: groupObject ?? groupBits,
    groups: [...groups],
    mask: groupBits,
    other: mode & 7,
  });
}

/** The list that says no more than the mode; setting it takes any other list away. */
export function plainAclToKernel(mode: number): Buffer {
  return build({
    userObject: (mode >> 6) & 7,
    users: [],
    groupObject: (mode >> 3) & 7,
    groups: [],
    mask: null,
    other: mode & 7,
  });
}

export function inheritedAclToKernel(acl: InheritedAcl): Buffer {
  return build({ ...acl, users: [...acl.users], groups: [...acl.groups] });
}

/** True when names are listed although the archive does not tell the rights of the owning group. */
export function lacksGroupObject(acl: Acl): boolean {
  return acl.groupObject === null && (acl.users.length > 0 || acl.groups.length > 0);
}

function parse(value: Buffer): KernelAcl | null {
  if (value.length < 4 + ENTRY_SIZE || value.readUInt32LE(0) !== VERSION) return null;
  const acl: KernelAcl = {
    userObject: null,
    users: [],
    groupObject: null,
    groups: [],
    mask: null,
    other: null,
  };
  for (let at = 4; at + ENTRY_SIZE <= value.length; at += ENTRY_SIZE) {
    const permissions = value.readUInt16LE(at + 2) & 7;
    const id = value.readUInt32LE(at + 4);
    const tag = value.readUInt16LE(at);
    if (tag === TAG.userObject) acl.userObject = permissions;
    else if (tag === TAG.user) acl.users.push({ id, permissions });
    else if (tag === TAG.groupObject) acl.groupObject = permissions;
    else if (tag === TAG.group) acl.groups.push({ id, permissions });
    else if (tag === TAG.mask) acl.mask = permissions;
    else if (tag === TAG.other) acl.other = permissions;
  }
  acl.users.sort(compareEntries);
  acl.groups.sort(compareEntries);
  return acl;
}

function build(acl: KernelAcl): Buffer {
  const entries: { tag: number; permissions: number; id: number }[] = [];
  const add = (tag: number, permissions: number | null, id = NO_ID) => {
    if (permissions !== null) entries.push({ tag, permissions, id });
  };
  add(TAG.userObject, acl.userObject);
  for (const { id, permissions } of acl.users.toSorted(compareEntries)) add(TAG.user, permissions, id);
  add(TAG.groupObject, acl.groupObject);
  for (const { id, permissions } of acl.groups.toSorted(compareEntries)) add(TAG.group, permissions, id);
  add(TAG.mask, acl.mask);
  add(TAG.other, acl.other);
  const value = Buffer.alloc(4 + entries.length * ENTRY_SIZE);
  value.writeUInt32LE(VERSION, 0);
  for (const [index, { tag, permissions, id }] of entries.entries()) {
    const at = 4 + index * ENTRY_SIZE;
    value.writeUInt16LE(tag, at);
    value.writeUInt16LE(permissions, at + 2);
    value.writeUInt32LE(id, at + 4);
  }
  return value;
}

function compareEntries(a: AclEntry, b: AclEntry): number {
  return a.id - b.id || a.permissions - b.permissions;
}
