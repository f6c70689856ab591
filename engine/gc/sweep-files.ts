import * as fs from 'node:fs';
import type { DirectPath } from '../backends/backend.ts';
import { fileError, isMissing } from '../backends/local/errors.ts';
import { CHUNK_ROOT, chunkDirectoryName } from '../chunks/chunk-key.ts';
import type { ShardMutex } from '../chunks/shard-mutex.ts';
import { packError } from '../threads/serve-thread.ts';
import { type ChunkName, classifyName } from './classify-name.ts';
import { DirectoryCount, isNeeded, lastUse } from './directory-count.ts';
import { MarkLookup, type SharedMarks } from './mark-table.ts';
import { newPart, type SweptPart } from './sweep-counts.ts';
import { type Cutoffs, judge } from './sweep-rule.ts';

/** The sweep of chunk directories as files, with calls that wait: this runs in worker threads. */
export interface SweepPlace {
  direct: DirectPath;
  marks: SharedMarks;
  cutoffs: Cutoffs;
  /** Count, and remove nothing. */
  dryRun: boolean;
  /** Chunk directories `from` up to but not including `to`, by number. */
  from: number;
  to: number;
  /** Nothing is removed after this moment of the monotonic clock (ns): who asks has to look again who the owner is. */
  until: bigint;
}

export function sweepFiles(place: SweepPlace, mutex: ShardMutex): SweptPart {
  const part = newPart(place.from);
  const marks = new MarkLookup(place.marks);
  while (part.next < place.to) {
    if (process.hrtime.bigint() >= place.until) break;
    if (!sweepDirectory(place, part, marks, mutex)) break;
    part.next += 1;
  }
  return part;
}

/** False when it was not looked at whole: what was removed counts, the rest is looked at again. */
function sweepDirectory(place: SweepPlace, part: SweptPart, marks: MarkLookup, mutex: ShardMutex): boolean {
  const name = `${CHUNK_ROOT}/${chunkDirectoryName(part.next)}`;
  const counts = new DirectoryCount();
  try {
    const isWhole = visit(`${place.direct.access}/${name}`, place, counts, marks, mutex);
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
  { cutoffs, dryRun, until }: SweepPlace,
  counts: DirectoryCount,
  marks: MarkLookup,
  mutex: ShardMutex,
): boolean {
  const names = new Set(listDirectory(directory));
  for (const entry of names) {
    const path = `${directory}/${entry}`;
    const what = classifyName(entry);
    const seen = what && lookAt(path, what);
    if (!what || !seen) continue;
    if (what.kind === 'chunk') marks.see(what.digest);
    const verdict = judge(isNeeded(what, names, marks), seen.usedAt, cutoffs);
    if (verdict !== 'remove' || dryRun) {
      counts.add(what, verdict, seen.sizeBytes);
      continue;
    }
    if (process.hrtime.bigint() >= until) return false;
    const isRemoved = mutex.hold(entry, () => removeIfOld(path, what, cutoffs));
    if (isRemoved) counts.addRemoved(what, seen.sizeBytes);
    else counts.add(what, 'pending', seen.sizeBytes);
  }
  return true;
}

/** Nothing where the directory is gone: a datastore that has lost some can still be cleaned. */
function listDirectory(path: string): string[] {
  try {
    return fs.readdirSync(path);
  } catch (error) {
    if (isMissing(error)) return [];
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

/** With the shard held: a backup that has just used it has touched it under the same lock. */
function removeIfOld(path: string, what: ChunkName, cutoffs: Cutoffs): boolean {
  const seen = lookAt(path, what);
  if (seen === null || judge(false, seen.usedAt, cutoffs) !== 'remove') return false;
  fs.unlinkSync(path);
  return true;
}
