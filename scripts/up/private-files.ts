import * as fs from 'node:fs';
import { dirname } from 'node:path';

/** Files that hold a secret: whole or not there at all, and readable by their owner alone. */

/** After a crash or on a full disk there is either all of the file under its name or nothing. */
export function writePrivate(file: string, text: string): void {
  const unfinished = `${file}.new`;
  fs.rmSync(unfinished, { force: true });
  const fd = fs.openSync(unfinished, 'wx', 0o600);
  try {
    fs.writeFileSync(fd, text);
    fs.fsyncSync(fd);
  } finally {
    fs.closeSync(fd);
  }
  fs.renameSync(unfinished, file);
  flushDirectory(dirname(file));
}

/** Takes away what a copy, a restore or a generous umask gave to others. */
export function keepPrivate(file: string): void {
  const stat = fs.statSync(file, { throwIfNoEntry: false });
  if (!stat || (stat.mode & 0o777) === 0o600) return;
  try {
    fs.chmodSync(file, 0o600);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`${file} cannot be made private (${reason}). Make the user of the server its owner.`);
  }
}

function flushDirectory(path: string): void {
  const fd = fs.openSync(path, 'r');
  try {
    fs.fsyncSync(fd);
  } finally {
    fs.closeSync(fd);
  }
}
