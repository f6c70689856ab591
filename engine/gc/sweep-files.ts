import * as fs from 'node:fs';
import type { DirectPath } from '../backends/backend.ts';
import { fileError, isMissing } from '../backends/local/errors.ts';
import { CHUNK_ROOT, chunkDirectoryName } from '../chunks/chunk-key.ts';
import { DIGEST_BYTES } from '../chunks/digest.ts';
import type { ShardMutex } from '../chunks/shard-mutex.ts';
import { type ByteText, listDirectory, O_DIRECTORY, O_NOFOLLOW, O_RDONLY, statusAt } from '../posix.ts';
import { packError } from '../threads/packed-error.ts';
import { type ChunkName, classifyName } from './classify-name.ts';
import { DirectoryCount, isNeeded, isSkipped, lastUse, noteIfAny } from './directory-count.ts';
import { MarkLookup, type SharedMarks } from './mark-table.ts';
import { count, newPart, type SweptPart } from './sweep-counts.ts';
import { type Cutoffs, judge } from './sweep-rule.ts';

const DIGEST_DIGITS = 2 * DIGEST_BYTES;

/** The sweep of chunk directories as files, with calls that wait: this runs in worker threads. */
export interface SweepPlace {
  direct: DirectPath;
  marks: SharedMarks;
  cutoffs: Cutoffs;
  /** Count, and remove nothing. */
  dryRun: boolean;
  /** Count the bytes of what is needed as well, which takes a call for each. */
  sizes: boolean;
  /** As in `SweepOptions`. */
  noted?: SharedArrayBuffer | null | undefined;
  /** Chunk directories `from` up to but not including `to`, by number. */
  from: number;
  to: number;
  /** Nothing is removed after this moment of the monotonic clock (ns): who asks has to look again who the owner is. */
  until: bigint;
  /** After so long (ns) the thread is for others, once it has got on: however long it waited before, it does not begin in vain. */
  turn: bigint;
}

export function sweepFiles(place: SweepPlace, mutex: ShardMutex): SweptPart {
  const part = newPart(place.from);
  const marks = new MarkLookup(place.marks);
  const noted = place.noted ? new Uint8Array(place.noted) : null;
  const times = { until: place.until, turnEnd: process.hrtime.bigint() + place.turn };
  while (part.next < place.to && process.hrtime.bigint() < place.until) {
    const isDone =
      isSkipped(noted, place, part.next) || sweepDirectory({ ...place, ...times }, part, marks, mutex, noted);
    if (!isDone) break;
    part.next += 1;
    if (process.hrtime.bigint() >= times.turnEnd) break;
  }
  return part;
}

type TimedPlace = SweepPlace & { turnEnd: bigint };

/** False when it was not looked at whole: what was removed counts, the rest is looked at again. */
function sweepDirectory(
  place: TimedPlace,
  part: SweptPart,
  marks: MarkLookup,
  mutex: ShardMutex,
  noted: Uint8Array | null,
): boolean {
  const name = `${CHUNK_ROOT}/${chunkDirectoryName(part.next)}`;
  const counts = new DirectoryCount();
  try {
    const isWhole = visit(`${place.direct.access}/${name}`, place, counts, marks, mutex);
    if (place.dryRun) noteIfAny(noted, part.next, counts);
    counts.addTo(part, { onlyRemoved: !isWhole });
    return isWhole;
  } catch (error) {
    counts.addTo(part, { onlyRemoved: true });
    part.failure = packError(fileError(error, `${place.direct.shown}/${name}`, 'write'));
    return false;
  }
}

function visit(
  directory: string,
  { cutoffs, dryRun, until, turnEnd, sizes }: TimedPlace,
  counts: DirectoryCount,
  marks: MarkLookup,
  mutex: ShardMutex,
): boolean {
  for (const entry of meetNeeded(directory, sizes, counts, marks)) {
    const path = `${directory}/${entry}`;
    const what = classifyName(entry);
    const seen = what && lookAt(path, what);
    if (!what || !seen) continue;
    const verdict = judge(isNeeded(what, marks), seen.usedAt, cutoffs);
    if (verdict !== 'remove' || dryRun) {
      counts.add(what, verdict, seen.sizeBytes);
      continue;
    }
    if (counts.hasRemoved && process.hrtime.bigint() >= turnEnd) return false;
    const isRemoved = mutex.hold(entry, () => removeIfOld(path, what, cutoffs, until));
    if (isRemoved === null) return false;
    if (isRemoved) counts.addRemoved(what, seen.sizeBytes);
    else counts.add(what, 'pending', seen.sizeBytes);
  }
  return true;
}

const REGULAR = fs.constants.S_IFREG >> 12;

/**
 * Counts the chunks of a directory that are needed; returns the other names, of which each has to be looked at. What is not
 * told to be a regular file may be one all the same. Nothing where the directory is gone.
 */
function meetNeeded(
  directory: string,
  sizes: boolean,
  { used }: DirectoryCount,
  marks: MarkLookup,
): ByteText[] {
  const fd = openDirectory(directory);
  if (fd === null) return [];
  try {
    const rest: ByteText[] = [];
    const needed: { name: ByteText; slot: number }[] = [];
    const prefix = directory.slice(directory.lastIndexOf('/') + 1);
    listDirectory(fd, (name, type) => {
      if (!name.startsWith(prefix)) return; // nobody would look for it here
      const slot = name.length === DIGEST_DIGITS && type === REGULAR ? marks.see(name) : -1;
      if (slot < 0) rest.push(name);
      // Whether it is there is all that is asked of a chunk that is needed: its name tells.
      else if (sizes) needed.push({ name, slot });
      else count(used, 0);
    });
    for (const { name, slot } of needed) {
      const sizeBytes = sizeIn(fd, name);
      marks.noteSize(slot, sizeBytes);
      count(used, sizeBytes);
    }
    return rest;
  } finally {
    fs.closeSync(fd);
  }
}

/** Null where it is gone: a datastore that has lost some can still be cleaned. */
function openDirectory(path: string): number | null {
  try {
    return fs.openSync(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}

/** Relative to its directory: the way there costs more than the look, and there may be millions. */
function sizeIn(directory: number, name: ByteText): number {
  try {
    return statusAt(directory, name).size;
  } catch (error) {
    if (isMissing(error)) return 0; // it may have been set aside just now
    throw error;
  }
}

interface SeenFile {
  /** Whole seconds since 1970. */
  usedAt: number;
  sizeBytes: number;
}

/** Null for what is no regular file, or is gone. */
function lookAt(path: string, what: ChunkName): SeenFile | null {
  const stat = fs.lstatSync(path, { throwIfNoEntry: false });
  return stat?.isFile() ? { usedAt: lastUse(what, stat), sizeBytes: stat.size } : null;
}

/**
 * With the shard held: a backup that has just used it has touched it under the same lock. Null when the time is over: the
 * shard may have been held for long, or the storage may have taken long to answer, and what it said is old by now.
 */
function removeIfOld(path: string, what: ChunkName, cutoffs: Cutoffs, until: bigint): boolean | null {
  const seen = lookAt(path, what);
  if (seen === null || judge(false, seen.usedAt, cutoffs) !== 'remove') return false;
  if (process.hrtime.bigint() >= until) return null;
  fs.unlinkSync(path);
  return true;
}
