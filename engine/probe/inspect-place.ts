import * as fs from 'node:fs';
import { dirname, join } from 'node:path';
import { type FilesystemVerdict, judgeFilesystem } from '../backends/local/filesystems.ts';
import { type Mount, mountOf } from '../backends/local/mount.ts';
import { CHUNK_ROOT } from '../chunks/chunk-key.ts';
import { PROCESS_LOCK_NAME } from '../hierarchy/layout.ts';
import { IDENTITY_NAME } from '../identity.ts';
import { checkAccessTime } from './access-time.ts';

/** What a directory that somebody wants to use for a datastore looks like, before anything is made there. */
export interface PlaceInspection {
  path: string;
  exists: boolean;
  isDirectory: boolean;
  /** The first component of the path that is a symbolic link; null when there is none. */
  symlink: string | null;
  /** The directory, or the nearest one above that exists, can be written. */
  writable: boolean;
  /** Names in it, at most the first few. Hidden names do not count, except those of a datastore; nor does lost+found. */
  entries: string[];
  entryCount: number;
  /** `ibs`: made by this product; `pbs`: has the chunk layout of a Proxmox Backup Server; null: neither. */
  found: 'ibs' | 'pbs' | null;
  /** Of the datastore that is there; null when it has none that can be read. */
  uuid: string | null;
  mount: Mount | null;
  verdict: FilesystemVerdict | null;
  availableBytes: number | null;
  totalBytes: number | null;
  availableInodes: number | null;
  /** Null when it was not tried. */
  accessTime: AccessTimeTrial | null;
}

export interface AccessTimeTrial {
  /** Null when an explicit access time sticks; else why not. */
  problem: string | null;
  /** The storage's clock less ours; null with a problem. */
  clockOffsetSeconds: number | null;
}

export interface PlaceLook {
  path: string;
  /** Milliseconds since 1970. */
  nowMs: number;
  /** Whether to prove with a small file, removed at once, that access times are kept; else nothing is written. */
  tryAccessTime: 'never' | 'if-empty' | 'always';
}

const ENTRIES_SHOWN = 5;
const IDENTITY_BYTES_READ = 4096;

/** Behind a symbolic link may be any place of the system: nothing there is looked at. */
export function inspectPlace({ path, nowMs, tryAccessTime }: PlaceLook): PlaceInspection {
  const symlink = firstSymlink(path);
  const stat = symlink === null ? fs.lstatSync(path, { throwIfNoEntry: false }) : undefined;
  const nearest = nearestExisting(symlink === null ? path : dirname(symlink));
  const isDirectory = stat?.isDirectory() ?? false;
  const names = isDirectory ? listNames(path) : [];
  const content = names.filter(isContent).sort();
  const writable = isWritable(nearest);
  const mount = mountOf(nearest);
  const space = fs.statfsSync(nearest);
  const tried = tryAccessTime === 'always' || (tryAccessTime === 'if-empty' && content.length === 0);
  return {
    path,
    exists: stat !== undefined,
    isDirectory,
    symlink,
    writable,
    entries: content.slice(0, ENTRIES_SHOWN),
    entryCount: content.length,
    found: markerOf(names),
    uuid: names.includes(IDENTITY_NAME) ? readUuid(join(path, IDENTITY_NAME)) : null,
    mount,
    verdict: judgeFilesystem(mount),
    availableBytes: space.bavail * space.bsize,
    totalBytes: space.blocks * space.bsize,
    availableInodes: space.files === 0 ? null : space.ffree,
    accessTime: tried && writable && isDirectory ? tryAccessTimes(path, nowMs) : null,
  };
}

/** Chunks without anything beside them are somebody's backups all the same. */
function isContent(name: string): boolean {
  if (name === CHUNK_ROOT || name === PROCESS_LOCK_NAME || name.startsWith('.ibs-')) return true;
  return !name.startsWith('.') && name !== 'lost+found';
}

function listNames(path: string): string[] {
  try {
    return fs.readdirSync(path);
  } catch {
    return []; // not readable for us: the writable check says so
  }
}

function markerOf(names: string[]): PlaceInspection['found'] {
  if (names.includes(IDENTITY_NAME)) return 'ibs';
  return names.includes(CHUNK_ROOT) && names.includes(PROCESS_LOCK_NAME) ? 'pbs' : null;
}

/** What cannot be read here makes the adoption fail later, in words. */
function readUuid(path: string): string | null {
  try {
    const { uuid } = JSON.parse(readStart(path));
    return typeof uuid === 'string' ? uuid : null;
  } catch {
    return null;
  }
}

function readStart(path: string): string {
  const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = fs.constants;
  const fd = fs.openSync(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  try {
    const bytes = Buffer.alloc(IDENTITY_BYTES_READ);
    return bytes.subarray(0, fs.readSync(fd, bytes)).toString();
  } finally {
    fs.closeSync(fd);
  }
}

function nearestExisting(path: string): string {
  let at = path;
  while (!fs.existsSync(at)) at = dirname(at);
  return fs.statSync(at).isDirectory() ? at : dirname(at);
}

function firstSymlink(path: string): string | null {
  let at = '';
  for (const part of path.split('/').slice(1)) {
    at += `/${part}`;
    const stat = fs.lstatSync(at, { throwIfNoEntry: false });
    if (stat?.isSymbolicLink()) return at;
    if (!stat) return null;
  }
  return null;
}

function isWritable(directory: string): boolean {
  try {
    fs.accessSync(directory, fs.constants.W_OK | fs.constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function tryAccessTimes(path: string, nowMs: number): AccessTimeTrial {
  try {
    return { problem: null, ...checkAccessTime(path, nowMs) };
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error), clockOffsetSeconds: null };
  }
}
