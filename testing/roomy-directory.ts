import { existsSync, mkdtempSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const MEMORY = '/dev/shm';
/** All that runs at once takes a part of it. */
const ROOM_BYTES = 6 * 1024 ** 3;
const ROOM_FILES = 1_000_000;

/**
 * A new directory for the datastores of a server of tests: in memory where that has room, since each begins with 65 536
 * directories, and otherwise on the disk. What is about disks is tested on filesystems of its own.
 */
export function roomyDirectory(name: string): string {
  return mkdtempSync(join(isRoomy() ? MEMORY : tmpdir(), `${name}-`));
}

function isRoomy(): boolean {
  if (!existsSync(MEMORY)) return false;
  const { bavail, bsize, ffree } = statfsSync(MEMORY);
  return bavail * bsize > ROOM_BYTES && ffree > ROOM_FILES;
}
