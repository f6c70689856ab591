import * as fs from 'node:fs';
import { syncFilesystem } from '#engine/posix.ts';

const SWITCH = '/proc/sys/vm/drop_caches';

export function canDropCaches(): boolean {
  try {
    fs.accessSync(SWITCH, fs.constants.W_OK);
    return process.getuid?.() === 0;
  } catch {
    return false;
  }
}

/** Everything is read from the disk again afterwards. */
export function dropCaches(): void {
  fs.writeFileSync(SWITCH, '3');
}

/** `sync -f`: writes to the disk what is still in memory of the filesystem below `path`. */
export async function flush(path: string): Promise<void> {
  const fd = fs.openSync(path, 'r');
  try {
    await syncFilesystem(fd);
  } finally {
    fs.closeSync(fd);
  }
}
