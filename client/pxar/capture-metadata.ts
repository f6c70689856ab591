import {
  type FileStatus,
  getFatAttributes,
  getFileFlags,
  getProjectId,
  getXattr,
  listXattrsOf,
} from '#engine/posix.ts';
import { type ByteText, bytesOf, byteTextOf } from './byte-text.ts';
import { fromFatAttributes, fromInodeFlags } from './file-flags.ts';
import type { MetadataSupport } from './filesystems.ts';
import { XATTR_CONTENT_MAX } from './item-types.ts';
import { type Acl, type FileKind, type Metadata, NO_XATTRS, type Xattr } from './metadata.ts';
import { aclFromKernel } from './posix-acl.ts';
import { isErrno } from './system-errors.ts';

/**
 * Everything an archive keeps about the file open as `fd`. Files and directories are open for reading;
 * other kinds only as a place (O_PATH), which answers for nothing but its access list. `warn` is told of
 * attributes that could not be read or are too large to store; they are left out.
 */
export function captureMetadata(
  fd: number,
  kind: FileKind,
  status: FileStatus,
  support: MetadataSupport,
  warn: (detail: string) => void,
): Metadata {
  const { mode, uid, gid, seconds, nanos } = status;
  const base = { mode, uid, gid, seconds, nanos };
  if (kind !== 'file' && kind !== 'directory') {
    const acl = kind === 'symlink' ? null : captureAcl(fd, [ACCESS_ACL]);
    return { ...base, flags: 0, xattrs: NO_XATTRS, acl, capabilities: null, projectId: null };
  }
  const names = support.xattrs.ask(fd, listOf) ?? [];
  const acl = names.some(isAclName) ? captureAcl(fd, names) : null;
  const capabilities = names.includes(CAPABILITY) ? readXattr(fd, CAPABILITY) : null;
  return {
    ...base,
    flags: captureFlags(fd, support),
    xattrs: names.length === 0 ? NO_XATTRS : captureXattrs(fd, names, warn),
    acl,
    capabilities,
    projectId: support.projectIds.ask(fd, getProjectId) || null,
  };
}

const ACCESS_ACL = byteTextOf('system.posix_acl_access');
const INHERITED_ACL = byteTextOf('system.posix_acl_default');
export const CAPABILITY = byteTextOf('security.capability');
const WINDOWS_ACL = byteTextOf('security.NTACL');

/** The attributes that are stored as they are; labels of security modules belong to the machine. */
export function isStoredXattr(name: ByteText): boolean {
  return name.startsWith('user.') || name.startsWith('trusted.') || name === WINDOWS_ACL;
}

function isAclName(name: ByteText): boolean {
  return name === ACCESS_ACL || name === INHERITED_ACL;
}

function listOf(fd: number): ByteText[] | null {
  try {
    return listXattrsOf(fd);
  } catch (error) {
    if (isErrno(error, 'EOPNOTSUPP', 'ENOSYS', 'EPERM', 'EACCES')) return null;
    throw error;
  }
}

function captureXattrs(fd: number, names: readonly ByteText[], warn: (detail: string) => void): Xattr[] {
  const xattrs: Xattr[] = [];
  for (const name of names.filter(isStoredXattr).sort()) {
    const value = readXattr(fd, name);
    if (value === null) continue; // removed since it was listed
    if (name.length + 1 + value.length <= XATTR_CONTENT_MAX) xattrs.push({ name, value });
    else warn(`the attribute ${name} is too large to store`);
  }
  return xattrs;
}

function captureAcl(fd: number, names: readonly ByteText[]): Acl | null {
  const access = names.includes(ACCESS_ACL) ? readXattr(fd, ACCESS_ACL) : null;
  const inherited = names.includes(INHERITED_ACL) ? readXattr(fd, INHERITED_ACL) : null;
  return aclFromKernel(access, inherited);
}

/** By way of /proc, because an O_PATH descriptor does not answer itself. Null when there is no value. */
function readXattr(fd: number, name: ByteText): Buffer | null {
  try {
    return getXattr(`/proc/self/fd/${fd}`, bytesOf(name), { follow: true });
  } catch (error) {
    if (isErrno(error, 'EOPNOTSUPP', 'ENODATA', 'EPERM', 'EACCES')) return null;
    throw error;
  }
}

function captureFlags(fd: number, support: MetadataSupport): number {
  const inode = support.inodeFlags.ask(fd, getFileFlags) ?? 0;
  const fat = support.fatAttributes.ask(fd, getFatAttributes) ?? 0;
  return (inode === 0 ? 0 : fromInodeFlags(inode)) | (fat === 0 ? 0 : fromFatAttributes(fat));
}
