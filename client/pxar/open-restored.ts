import { chmodSync } from 'node:fs';
import { closeFd, O_DIRECTORY, O_NOFOLLOW, O_PATH, openAt } from '#engine/posix.ts';
import type { ByteText } from './byte-text.ts';
import type { FileKind } from './metadata.ts';
import { openSource } from './source-directory.ts';
import { isErrno } from './system-errors.ts';

/**
 * Opens what a restore made, to read it back: files and directories for reading, others as a place. What its own mode
 * forbids us to read is first made readable, so `mode` must have been looked at before. Throws what opening throws.
 */
export function openRestored(dir: number, name: ByteText, kind: FileKind, mode: number): number {
  if (kind !== 'file' && kind !== 'directory') return openAt(dir, name, O_PATH | O_NOFOLLOW);
  const isDirectory = kind === 'directory';
  const itself = name === '' ? ('.' as ByteText) : name;
  const open = () => openSource(dir, itself, isDirectory ? O_DIRECTORY : 0);
  const isTraversable = !isDirectory || (mode & 0o100) !== 0 || process.geteuid?.() === 0;
  try {
    if (isTraversable) return open();
  } catch (error) {
    if (!isErrno(error, 'EACCES')) throw error;
  }
  const place = openAt(dir, itself, O_PATH | O_NOFOLLOW);
  try {
    chmodSync(`/proc/self/fd/${place}`, (mode & 0o7777) | (isDirectory ? 0o700 : 0o400));
  } finally {
    closeFd(place);
  }
  return open();
}
