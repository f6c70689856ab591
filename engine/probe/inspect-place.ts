import * as fs from 'node:fs';
import { dirname } from 'node:path';
import { type FilesystemVerdict, judgeFilesystem } from '../backends/local/filesystems.ts';
import { type Mount, mountOf } from '../backends/local/mount.ts';
import { CHUNK_ROOT } from '../chunks/chunk-key.ts';
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
  /** Names in it, at most the first few; hidden names and lost+found do not count. */
  entries: string[];
  entryCount: number;
  /** `ibs`: made by this product; `pbs`: has the chunk layout of a Proxmox Backup Server; null: neither. */
  found: 'ibs' | 'pbs' | null;
  mount: Mount | null;
  verdict: FilesystemVerdict | null;
  availableBytes: number | null;
  totalBytes: number | null;
  availableInodes: number | null;
  /** Null when an explicit access time sticks; else why not. Not tried where nothing can be written. */
  accessTimeProblem: string | null;
}

const ENTRIES_SHOWN = 5;

/** Reads only, but for one small file that proves the access time and is removed at once. */
export function inspectPlace(path: string, nowMs: number): PlaceInspection {
  const stat = fs.lstatSync(path, { throwIfNoEntry: false });
  const nearest = nearestExisting(path);
  const isDirectory = stat?.isDirectory() ?? false;
  const names = isDirectory ? listNames(path) : [];
  const visible = names.filter((name) => !name.startsWith('.') && name !== 'lost+found').sort();
  const writable = isWritable(nearest);
  const mount = mountOf(nearest);
  const space = fs.statfsSync(nearest);
  return {
    path,
    exists: stat !== undefined,
    isDirectory,
    symlink: firstSymlink(path),
    writable,
    entries: visible.slice(0, ENTRIES_SHOWN),
    entryCount: visible.length,
    found: markerOf(names),
    mount,
    verdict: judgeFilesystem(mount),
    availableBytes: space.bavail * space.bsize,
    totalBytes: space.blocks * space.bsize,
    availableInodes: space.files === 0 ? null : space.ffree,
    accessTimeProblem: writable && isDirectory ? accessTimeProblem(path, nowMs) : null,
  };
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
  return names.includes(CHUNK_ROOT) && names.includes('.lock') ? 'pbs' : null;
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

function accessTimeProblem(path: string, nowMs: number): string | null {
  try {
    checkAccessTime(path, nowMs);
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
