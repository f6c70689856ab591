import type { ByteBuilder } from './byte-builder.ts';
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
} from './item-types.ts';
import type { Acl, AclEntry, InheritedAcl, Metadata } from './metadata.ts';

/** The ENTRY of a file and all items that describe it, in the order that the format demands. */
export function putMetadata(builder: ByteBuilder, metadata: Metadata): void {
  builder
    .header(ENTRY, ENTRY.contentMin)
    .u64(metadata.mode)
    .u64(metadata.flags)
    .u32(metadata.uid)
    .u32(metadata.gid)
    .u64(metadata.seconds)
    .u32(metadata.nanos)
    .u32(0);
  for (const { name, value } of metadata.xattrs) {
    builder
      .header(XATTR, name.length + 1 + value.length)
      .text(name)
      .byte(0)
      .bytes(value);
  }
  if (metadata.acl !== null) putAcl(builder, metadata.acl);
  const { capabilities, projectId } = metadata;
  if (capabilities !== null) builder.header(FCAPS, capabilities.length).bytes(capabilities);
  if (projectId !== null) builder.header(QUOTA_PROJECT, 8).u64(projectId);
}

function putAcl(builder: ByteBuilder, acl: Acl): void {
  putAclEntries(builder, ACL_USER, acl.users);
  putAclEntries(builder, ACL_GROUP, acl.groups);
  if (acl.groupObject !== null) builder.header(ACL_GROUP_OBJ, 8).u64(acl.groupObject);
  if (acl.inherited !== null) putInherited(builder, acl.inherited);
}

function putInherited(builder: ByteBuilder, acl: InheritedAcl): void {
  builder.header(ACL_DEFAULT, ACL_DEFAULT.contentMin);
  for (const permissions of [acl.userObject, acl.groupObject, acl.other, acl.mask]) {
    if (permissions === null) builder.u32(0xffffffff).u32(0xffffffff);
    else builder.u64(permissions);
  }
  putAclEntries(builder, ACL_DEFAULT_USER, acl.users);
  putAclEntries(builder, ACL_DEFAULT_GROUP, acl.groups);
}

function putAclEntries(builder: ByteBuilder, type: ItemType, entries: readonly AclEntry[]): void {
  for (const { id, permissions } of entries) builder.header(type, 16).u64(id).u64(permissions);
}
