import type { ByteText } from './byte-text.ts';
import { TYPE } from './metadata.ts';
import type { SourceDirectory, SourceEntry } from './source-directory.ts';

/** What will be read soon, told early enough that the disk can have it ready. */
export interface Upcoming {
  /** Relative to the root of the archive. */
  directory: ByteText;
  device: number;
  files: ByteText[];
  directories: ByteText[];
}

/** Entries between two announcements; each tells of those that follow the next one. */
const STEP = 32;

/** Called before each entry of a directory in turn: what has to be announced now, or null. */
export function upcomingAt(
  directory: SourceDirectory,
  entries: readonly SourceEntry[],
  at: number,
): Upcoming | null {
  if (at % STEP !== 0) return null;
  const next = entries.slice(at === 0 ? 1 : at + STEP, at + 2 * STEP);
  if (next.length === 0) return null;
  const named = (type: number) => next.filter((entry) => entry.type === type).map(({ name }) => name);
  const { path, device } = directory;
  return { directory: path, device, files: named(TYPE.file), directories: named(TYPE.directory) };
}
