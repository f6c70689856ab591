import { constants } from 'node:fs';
import { constants as system } from 'node:os';
import koffi from 'koffi';

/**
 * The system calls that Node does not offer: access times without touching the modification time, record
 * locks, syncfs, holes, extended attributes, device nodes, file flags. Linux with 64 bits only.
 *
 * The calls block the thread that makes them. A path is given as text or as raw bytes, because file names
 * need not be UTF-8. Failures are thrown as `Error` with `code` and `errno`, like those of `node:fs`.
 */

export type PathBytes = string | Buffer;

const libc = koffi.load('libc.so.6');
const AT_FDCWD = -100;
const AT_SYMLINK_NOFOLLOW = 0x100;
const AT_SYMLINK_FOLLOW = 0x400;
const AT_NO_AUTOMOUNT = 0x800;
const AT_EMPTY_PATH = 0x1000;
const UTIME_NOW = 0x3fffffffn;
const UTIME_OMIT = 0x3ffffffen;

const c = {
  utimensat: libc.func('int utimensat(int dirfd, const uint8_t *path, const uint8_t *times, int flags)'),
  futimens: libc.func('int futimens(int fd, const uint8_t *times)'),
  syncfs: libc.func('int syncfs(int fd)'),
  fcntl: libc.func('int fcntl(int fd, int command, ...)'),
  lseek: libc.func('int64_t lseek(int fd, int64_t offset, int whence)'),
  ioctl: libc.func('int ioctl(int fd, unsigned long request, ...)'),
  llistxattr: libc.func('int64_t llistxattr(const uint8_t *path, _Out_ uint8_t *list, size_t size)'),
  lgetxattr: libc.func('int64_t lgetxattr(const uint8_t *path, const uint8_t *name, void *to, size_t size)'),
  lsetxattr: libc.func(
    'int lsetxattr(const uint8_t *path, const uint8_t *name, void *value, size_t size, int)',
  ),
  setxattr: libc.func(
    'int setxattr(const uint8_t *path, const uint8_t *name, void *value, size_t size, int)',
  ),
  listxattr: libc.func('int64_t listxattr(const uint8_t *path, _Out_ uint8_t *list, size_t size)'),
  getxattr: libc.func('int64_t getxattr(const uint8_t *path, const uint8_t *name, void *to, size_t size)'),
  close: libc.func('int close(int fd)'),
  openat: libc.func('int openat(int dir, const uint8_t *name, int flags, uint32_t mode)'),
  statx: libc.func('int statx(int dir, const uint8_t *name, int flags, uint32_t mask, void *status)'),
  posix_fadvise: libc.func('int posix_fadvise(int fd, int64_t offset, int64_t size, int advice)'),
  sync_file_range: libc.func('int sync_file_range(int fd, int64_t offset, int64_t size, uint32_t flags)'),
  fstatfs: libc.func('int fstatfs(int fd, void *status)'),
  getdents64: libc.func('int64_t getdents64(int fd, void *entries, size_t size)'),
  flistxattr: libc.func('int64_t flistxattr(int fd, void *list, size_t size)'),
  readlinkat: libc.func('int64_t readlinkat(int dir, const uint8_t *name, void *target, size_t size)'),
  mkdirat: libc.func('int mkdirat(int dir, const uint8_t *name, uint32_t mode)'),
  mknodat: libc.func('int mknodat(int dir, const uint8_t *name, uint32_t mode, uint64_t device)'),
  symlinkat: libc.func('int symlinkat(const uint8_t *target, int dir, const uint8_t *name)'),
  linkat: libc.func('int linkat(int from, const uint8_t *path, int dir, const uint8_t *name, int flags)'),
  unlinkat: libc.func('int unlinkat(int dir, const uint8_t *name, int flags)'),
  fchownat: libc.func('int fchownat(int dir, const uint8_t *name, uint32_t uid, uint32_t gid, int flags)'),
};

/** Names of the error numbers; two of them Node does not know or calls differently. */
const ERRNO_NAMES: Record<number, string> = {
  ...Object.fromEntries(Object.entries(system.errno).map(([name, number]) => [number, name])),
  11: 'EAGAIN',
  95: 'EOPNOTSUPP',
  126: 'ENOKEY',
};

function fail(call: string, path?: PathBytes): never {
  const number = koffi.errno();
  const name = ERRNO_NAMES[number] ?? `errno ${number}`;
  const where = path === undefined ? '' : ` '${path.toString()}'`;
  throw Object.assign(new Error(`${name}: ${call}${where}`), { code: name, errno: -number, syscall: call });
}

/** NUL-terminated bytes; a path with a NUL inside would silently name another file. */
function terminated(text: PathBytes): Buffer {
  const bytes = typeof text === 'string' ? Buffer.from(text) : text;
  if (bytes.includes(0))
    throw Object.assign(new Error('EINVAL: NUL in a path'), { code: 'EINVAL', errno: -22 });
  return Buffer.concat([bytes, Buffer.of(0)]);
}

type Timespec = { seconds: bigint; nanos: bigint };

/** One `struct timespec[2]`: access and modification time. */
function timespecs(access: Timespec, modify: Timespec): Buffer {
  const bytes = Buffer.alloc(32);
  bytes.writeBigInt64LE(access.seconds, 0);
  bytes.writeBigInt64LE(access.nanos, 8);
  bytes.writeBigInt64LE(modify.seconds, 16);
  bytes.writeBigInt64LE(modify.nanos, 24);
  return bytes;
}

const OMIT = { seconds: 0n, nanos: UTIME_OMIT };
const TOUCH = timespecs({ seconds: 0n, nanos: UTIME_NOW }, OMIT);

/** Sets the access time to now and leaves the modification time alone. False when there is no such file. */
export function touch(path: PathBytes): boolean {
  if (c.utimensat(AT_FDCWD, terminated(path), TOUCH, AT_SYMLINK_NOFOLLOW) === 0) return true;
  if (koffi.errno() === 2) return false;
  return fail('utimensat', path);
}

/** Sets the access time to `seconds` since 1970; for tests and for adopting foreign stores. */
export function setAccessTime(path: PathBytes, seconds: number): void {
  const times = timespecs({ seconds: BigInt(seconds), nanos: 0n }, OMIT);
  if (c.utimensat(AT_FDCWD, terminated(path), times, AT_SYMLINK_NOFOLLOW) !== 0) fail('utimensat', path);
}

/**
 * Flushes the whole filesystem that `fd` lives on, without blocking the caller's thread: it can take seconds.
 * Answers success without doing anything on FUSE.
 */
export function syncFilesystem(fd: number): Promise<void> {
  return new Promise((resolve, reject) => {
    c.syncfs.async(fd, (error: unknown, result: number) => {
      if (!error && result === 0) return resolve();
      const number = error ? system.errno.EIO : koffi.errno();
      const code = ERRNO_NAMES[number] ?? `errno ${number}`;
      reject(Object.assign(new Error(`${code}: syncfs`), { code, errno: -number, syscall: 'syncfs' }));
    });
  });
}

export type LockMode = 'shared' | 'exclusive' | 'none';
const F_OFD_SETLK = 37;
const LOCK_TYPES: Record<LockMode, number> = { shared: 0, exclusive: 1, none: 2 };

/**
 * Takes, changes or drops the record lock over a whole file, without waiting. Open-file-description locks:
 * they conflict with the classic record locks of other programs and survive closing another descriptor.
 * False when someone else holds a conflicting lock.
 */
export function lockFile(fd: number, mode: LockMode): boolean {
  const lock = Buffer.alloc(32);
  lock.writeInt16LE(LOCK_TYPES[mode], 0);
  if (c.fcntl(fd, F_OFD_SETLK, 'void *', lock) === 0) return true;
  const number = koffi.errno();
  if (number === 11 || number === 13) return false;
  return fail('fcntl');
}

const SEEK_END = 2;
const SEEK_DATA = 3;
const SEEK_HOLE = 4;

/** Where data starts at or after `offset`; null when only a hole follows. */
export function seekData(fd: number, offset: number): number | null {
  const at = Number(c.lseek(fd, offset, SEEK_DATA));
  if (at >= 0) return at;
  return koffi.errno() === 6 ? null : fail('lseek');
}

/** Where the next hole starts at or after `offset`; the end of the file counts as one. */
export function seekHole(fd: number, offset: number): number {
  const at = Number(c.lseek(fd, offset, SEEK_HOLE));
  return at >= 0 ? at : fail('lseek');
}

/** Size in bytes of what is open, also of a block device (whose stat says 0). */
export function sizeOf(fd: number): number {
  const at = Number(c.lseek(fd, 0, SEEK_END));
  return at >= 0 ? at : fail('lseek');
}

/** How a path with a symbolic link at its end is treated. */
export interface LinkOption {
  follow?: boolean;
}

/** Names of the extended attributes; empty where the filesystem has none. */
export function listXattrs(path: PathBytes, { follow = false }: LinkOption = {}): Buffer[] {
  const call = follow ? c.listxattr : c.llistxattr;
  const list = growing((buffer) => call(terminated(path), buffer, buffer.length), 1024);
  if (list === null) return fail('listxattr', path);
  const names: Buffer[] = [];
  for (let start = 0; start < list.length; ) {
    const end = list.indexOf(0, start);
    names.push(list.subarray(start, end));
    start = end + 1;
  }
  return names;
}

/** The value of one extended attribute; null when it is not there. */
export function getXattr(path: PathBytes, name: PathBytes, link: LinkOption = {}): Buffer | null {
  const call = link.follow ? c.getxattr : c.lgetxattr;
  const value = growing((buffer) => call(terminated(path), terminated(name), buffer, buffer.length), 256);
  if (value !== null) return value;
  return koffi.errno() === 61 ? null : fail('getxattr', path);
}

export function setXattr(path: PathBytes, name: PathBytes, value: Buffer, link: LinkOption = {}): void {
  const call = link.follow ? c.setxattr : c.lsetxattr;
  if (call(terminated(path), terminated(name), value, value.length, 0) !== 0) fail('setxattr', path);
}

const ERANGE = 34;
const XATTR_MAX = 1 << 20;

/** Calls with a larger and larger buffer until the answer fits; null when the call failed. */
function growing(call: (buffer: Buffer) => bigint | number, start: number): Buffer | null {
  for (let size = start; size <= XATTR_MAX; size *= 4) {
    const buffer = Buffer.alloc(size);
    const length = Number(call(buffer));
    if (length >= 0) return buffer.subarray(0, length);
    if (koffi.errno() !== ERANGE) return null;
  }
  return null;
}

const FS_IOC_GETFLAGS = 0x80086601;
const FS_IOC_SETFLAGS = 0x40086602;
const FS_IOC_FSGETXATTR = 0x801c581f;
const FS_IOC_FSSETXATTR = 0x401c5820;
const FAT_IOCTL_GET_ATTRIBUTES = 0x80047210;
const FAT_IOCTL_SET_ATTRIBUTES = 0x40047211;
const FSXATTR_PROJECT_AT = 12;
const ioctlValue = Buffer.alloc(32);

/** The inode flags of ext4, XFS and friends (`chattr`); null where there are none. */
export function getFileFlags(fd: number): number | null {
  return readIoctl(fd, FS_IOC_GETFLAGS) ? ioctlValue.readUInt32LE(0) : null;
}

export function setFileFlags(fd: number, flags: number): void {
  ioctlValue.writeUInt32LE(flags >>> 0, 0);
  if (c.ioctl(fd, FS_IOC_SETFLAGS, 'void *', ioctlValue) !== 0) fail('ioctl SETFLAGS');
}

/** The quota project of a file; null where the filesystem has none. */
export function getProjectId(fd: number): number | null {
  return readIoctl(fd, FS_IOC_FSGETXATTR) ? ioctlValue.readUInt32LE(FSXATTR_PROJECT_AT) : null;
}

export function setProjectId(fd: number, project: number): void {
  if (!readIoctl(fd, FS_IOC_FSGETXATTR)) fail('ioctl FSGETXATTR');
  ioctlValue.writeUInt32LE(project, FSXATTR_PROJECT_AT);
  if (c.ioctl(fd, FS_IOC_FSSETXATTR, 'void *', ioctlValue) !== 0) fail('ioctl FSSETXATTR');
}

export function getFatAttributes(fd: number): number | null {
  return readIoctl(fd, FAT_IOCTL_GET_ATTRIBUTES) ? ioctlValue.readUInt32LE(0) : null;
}

export function setFatAttributes(fd: number, attributes: number): void {
  ioctlValue.writeUInt32LE(attributes, 0);
  if (c.ioctl(fd, FAT_IOCTL_SET_ATTRIBUTES, 'void *', ioctlValue) !== 0) fail('ioctl FAT');
}

/** EPERM EBADF EINVAL ENOTTY ENOSYS EOPNOTSUPP: the filesystem does not know the question. */
const NOT_OFFERED = new Set([1, 9, 22, 25, 38, 95]);

/** The answer is in `ioctlValue`; false when there is none. */
function readIoctl(fd: number, request: number): boolean {
  if (c.ioctl(fd, request, 'void *', ioctlValue) === 0) return true;
  return NOT_OFFERED.has(koffi.errno()) ? false : fail('ioctl');
}

/** Opens a name without following it or waiting for it, to look at what it is. */
export const O_PATH = 0x200000;
export const { O_NOFOLLOW, O_DIRECTORY, O_NOATIME, O_RDONLY, O_NONBLOCK, O_NOCTTY } = constants;
const O_CLOEXEC = 0x80000;

declare const oneCharacterPerByte: unique symbol;
/** Bytes as text with one character per byte (latin1): any file name survives, sorts by bytes, is a map key. */
export type ByteText = string & { readonly [oneCharacterPerByte]: true };

const NAME = Buffer.alloc(4097);
const LONG = Buffer.alloc(65537);

/** The calls below are relative to an open directory, so no parent can be swapped; '' means `fd` itself. */
function terminatedIn(room: Buffer, text: ByteText): Buffer {
  const tooLong = text.length >= room.length;
  if (tooLong || text.includes('\0'))
    throw Object.assign(new Error('no such name can exist'), { code: tooLong ? 'ENAMETOOLONG' : 'EINVAL' });
  room[room.write(text, 0, 'latin1')] = 0;
  return room;
}

export function openAt(dir: number, name: ByteText, flags: number, mode = 0): number {
  const fd = c.openat(dir, terminatedIn(NAME, name), flags | O_CLOEXEC, mode);
  return fd >= 0 ? fd : fail('openat', name);
}

/** For what `openAt` opened, which Node does not know. Throws only when data that was written is lost. */
export function closeFd(fd: number, wasWritten = false): void {
  if (c.close(fd) !== 0 && wasWritten) fail('close');
}

/** What a file is; `inode` exact, `device` as one number, `blocks` of 512 bytes, time floored to `seconds`. */
export type FileStatus = ReturnType<typeof statusAt>;

const STATX_BASIC = 0x7ff;
const status = new DataView(new ArrayBuffer(256));

/** Never follows a symbolic link and never mounts anything. */
export function statusAt(dir: number, name: ByteText) {
  const flags = AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT | AT_EMPTY_PATH;
  if (c.statx(dir, terminatedIn(NAME, name), flags, STATX_BASIC, status) !== 0) fail('statx', name);
  return {
    links: status.getUint32(16, true),
    uid: status.getUint32(20, true),
    gid: status.getUint32(24, true),
    mode: status.getUint16(28, true),
    inode: status.getBigUint64(32, true),
    size: Number(status.getBigUint64(40, true)),
    blocks: Number(status.getBigUint64(48, true)),
    seconds: Number(status.getBigInt64(112, true)),
    nanos: status.getUint32(120, true),
    major: status.getUint32(128, true),
    minor: status.getUint32(132, true),
    device: status.getUint32(136, true) * 2 ** 32 + status.getUint32(140, true),
  };
}

const [POSIX_FADV_WILLNEED, POSIX_FADV_DONTNEED, SYNC_FILE_RANGE_WRITE] = [3, 4, 2];

/** Asks the kernel to have the first `bytes` of an open file in memory soon; it may as well not do so. */
export const readAhead = (fd: number, bytes: number): void =>
  void c.posix_fadvise(fd, 0, bytes, POSIX_FADV_WILLNEED);

/** Asks the kernel to forget what it has of an open file and what the disk has as well, so that the next read is the disk's. */
export const dropReadPages = (fd: number): void => void c.posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED);

/** Has the disk begin with what was written; a later flush waits for less, and hears of each failure all the same. */
export function startWriteback(fd: number, offset: number, bytes: number): void {
  c.sync_file_range(fd, offset, bytes, SYNC_FILE_RANGE_WRITE);
}

/** The number that tells the kind of filesystem, as in `statfs`. */
export function filesystemMagic(fd: number): number {
  return c.fstatfs(fd, LONG) === 0 ? LONG.readUInt32LE(0) : fail('fstatfs');
}

const entries = Buffer.alloc(32768);

/** Every name of a freshly opened directory but `.` and `..`; `type` is st_mode >> 12, or 0 when not told. */
export function listDirectory(fd: number, each: (name: ByteText, type: number) => void): void {
  for (;;) {
    const length = Number(c.getdents64(fd, entries, entries.length));
    if (length < 0) fail('getdents64');
    if (length === 0) return;
    for (let at = 0; at < length; at += entries.readUInt16LE(at + 16)) {
      let end = at + 19;
      while (entries[end] !== 0) end += 1;
      const name = entries.toString('latin1', at + 19, end) as ByteText;
      if (name !== '.' && name !== '..') each(name, entries.readUInt8(at + 18));
    }
  }
}

/** Names of the extended attributes of an open file; empty where the filesystem has none. */
export function listXattrsOf(fd: number): ByteText[] {
  let length = Number(c.flistxattr(fd, LONG, 1024));
  if (length < 0 && koffi.errno() === ERANGE) length = Number(c.flistxattr(fd, LONG, LONG.length));
  if (length > 0) return LONG.toString('latin1', 0, length - 1).split('\0') as ByteText[];
  return length === 0 ? [] : fail('flistxattr');
}

export function readLinkAt(dir: number, name: ByteText): ByteText {
  const length = Number(c.readlinkat(dir, terminatedIn(NAME, name), LONG, LONG.length));
  return length >= 0 ? (LONG.toString('latin1', 0, length) as ByteText) : fail('readlinkat', name);
}

/** Nothing for 0, the system's error for anything else. */
function done(result: number, call: string, name: ByteText): void {
  if (result !== 0) fail(call, name);
}

export const makeDirectoryAt = (dir: number, name: ByteText, mode: number) =>
  done(c.mkdirat(dir, terminatedIn(NAME, name), mode), 'mkdirat', name);

export const makeNodeAt = (dir: number, name: ByteText, mode: number, device: bigint) =>
  done(c.mknodat(dir, terminatedIn(NAME, name), mode, device), 'mknodat', name);

export const makeSymlinkAt = (target: ByteText, dir: number, name: ByteText) =>
  done(c.symlinkat(terminatedIn(LONG, target), dir, terminatedIn(NAME, name)), 'symlinkat', name);

/** One more name for the file that is open as `fd`, whatever path it has by now. */
export function makeLinkAt(fd: number, dir: number, name: ByteText): void {
  const path = terminated(`/proc/self/fd/${fd}`);
  done(c.linkat(AT_FDCWD, path, dir, terminatedIn(NAME, name), AT_SYMLINK_FOLLOW), 'linkat', name);
}

/** Removes a name that is not a directory. */
export const removeAt = (dir: number, name: ByteText) =>
  done(c.unlinkat(dir, terminatedIn(NAME, name), 0), 'unlinkat', name);

export function setOwnerAt(dir: number, name: ByteText, uid: number, gid: number): void {
  const flags = AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH;
  done(c.fchownat(dir, terminatedIn(NAME, name), uid, gid, flags), 'fchownat', name);
}

export function setModificationTimeAt(dir: number, name: ByteText, seconds: number, nanos: number): void {
  const times = timespecs(OMIT, { seconds: BigInt(seconds), nanos: BigInt(nanos) });
  const set = () => c.utimensat(dir, terminatedIn(NAME, name), times, AT_SYMLINK_NOFOLLOW);
  done(name === '' ? c.futimens(dir, times) : set(), 'utimensat', name);
}
