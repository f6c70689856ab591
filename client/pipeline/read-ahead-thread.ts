import { workerData } from 'node:worker_threads';
import {
  closeFd,
  listDirectory,
  O_DIRECTORY,
  O_NOATIME,
  O_NOFOLLOW,
  O_NONBLOCK,
  openAt,
  readAhead,
  statusAt,
} from '#engine/posix.ts';
import { type ByteText, byteTextOf, EMPTY, joinPath } from '../pxar/byte-text.ts';
import { TYPE, TYPE_MASK } from '../pxar/metadata.ts';
import type { Upcoming } from '../pxar/upcoming.ts';
import type { ReadAheadThreadData } from './messages.ts';
import { SharedControl } from './shared-control.ts';

/**
 * Has the disk fetch what the encoding thread reads next, so that it does not wait for one small file after the other.
 * Nothing depends on it: whatever cannot be opened is left to the encoding thread, which reports it.
 */

/** Of a file; the kernel goes on by itself when a large one is read. */
const FETCHED_BYTES_MAX = 1024 * 1024;
/** Of a directory that comes later. */
const FILES_INSIDE_MAX = 16;
const ABSOLUTE = -100;
const FILE_TYPE = TYPE.file >> 12;

const data = workerData as ReadAheadThreadData;
const control = new SharedControl(data.control);

data.port.on('message', ({ root, upcoming }: { root: string; upcoming: Upcoming }) => {
  const directory = joinPath(byteTextOf(root), upcoming.directory);
  for (const name of upcoming.files) if (isWanted()) fetchFile(joinPath(directory, name));
  for (const name of upcoming.directories)
    if (isWanted()) fetchDirectory(joinPath(directory, name), upcoming.device);
});

function isWanted(): boolean {
  return !control.cancelled && !control.ended;
}

function fetchFile(path: ByteText): void {
  open(path, 0, (fd) => {
    const { mode, size } = statusAt(fd, EMPTY);
    if ((mode & TYPE_MASK) === TYPE.file) readAhead(fd, Math.min(size, FETCHED_BYTES_MAX));
  });
}

/** The list of its names, and the first files in it. Other filesystems are left alone. */
function fetchDirectory(path: ByteText, device: number): void {
  const files: ByteText[] = [];
  open(path, O_DIRECTORY, (fd) => {
    if (statusAt(fd, EMPTY).device !== device) return;
    listDirectory(fd, (name, type) => {
      if (type === FILE_TYPE && files.length < FILES_INSIDE_MAX) files.push(name);
    });
  });
  for (const name of files) fetchFile(joinPath(path, name));
}

/** Not to change access times takes the owner of a file, or root: anyone else leaves it. */
function open(path: ByteText, flags: number, use: (fd: number) => void): void {
  try {
    const fd = openAt(ABSOLUTE, path, flags | O_NOFOLLOW | O_NONBLOCK | O_NOATIME);
    try {
      use(fd);
    } finally {
      closeFd(fd);
    }
  } catch {
    // the encoding thread will see it too
  }
}
