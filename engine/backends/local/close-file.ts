import * as fs from 'node:fs';

/**
 * Closes a descriptor that was only read or locked through, so that a failure means nothing. Not by a waiting call: on
 * storage that hangs it may never return, since some filesystems ask their server first.
 */
export function closeFile(fd: number): Promise<void> {
  return new Promise((resolve) => fs.close(fd, () => resolve()));
}
