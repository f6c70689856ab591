import * as fs from 'node:fs';

const { O_RDWR, O_CREAT, O_EXCL, O_NOFOLLOW } = fs.constants;

/**
 * Makes an empty file for a test of the storage and opens it. What somebody has put there is never written to, nor what a
 * symbolic link there leads to: a leftover of that name goes first, and whatever comes in between is an error.
 */
export function makeOwnFile(path: string): number {
  fs.rmSync(path, { force: true });
  return fs.openSync(path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW, 0o644);
}
