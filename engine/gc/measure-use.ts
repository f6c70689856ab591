import { setImmediate } from 'node:timers/promises';
import { isBackupError } from '#domain/errors.ts';
import type { SnapshotRef } from '#domain/ids.ts';
import type { TaskProgress } from '#domain/task.ts';
import type { ObjectBackend } from '../backends/backend.ts';
import { DIGEST_BYTES } from '../chunks/digest.ts';
import { parseFileKey } from '../hierarchy/layout.ts';
import { DIGEST_AT, DYNAMIC_ENTRY_BYTES } from '../indexes/dynamic-index-reader.ts';
import { openIndex } from '../indexes/open-index.ts';
import { MarkLookup, type SharedMarks } from './mark-table.ts';
import { SpaceCount, type SpaceUse } from './space-use.ts';

/** Parsing one takes some microseconds, and there may be hundreds of thousands. */
const KEYS_A_TURN = 1000;

export interface MeasureOptions {
  signal: AbortSignal;
  report: (progress: TaskProgress) => void;
}

/**
 * Who uses the space, from the indexes that a mark has read and the sizes that its sweep has met. Reads every index once
 * more. What is removed meanwhile is left out; what came later is not in it.
 */
export async function measureUse(
  backend: ObjectBackend,
  keys: readonly string[],
  marks: SharedMarks,
  { signal, report }: MeasureOptions,
): Promise<SpaceUse> {
  const count = new SpaceCount(new MarkLookup(marks));
  let [done, before] = [0, ''];
  for await (const { key, snapshot } of inOrder(keys)) {
    signal.throwIfAborted();
    const directory = key.slice(0, key.lastIndexOf('/'));
    if (snapshot !== null && directory !== before) count.begin(snapshot);
    before = directory;
    const add = snapshot === null ? count.addOutside.bind(count) : count.add.bind(count);
    await eachKey(backend, key, add);
    done += 1;
    report({ phase: 'Who uses the space', done, total: keys.length, unit: 'files' });
  }
  return count.result();
}

interface Indexed {
  key: string;
  /** Null outside of snapshots. */
  snapshot: SnapshotRef | null;
}

/** Snapshots of a group and of a namespace together; what is outside of snapshots comes last. */
async function* inOrder(keys: readonly string[]): AsyncIterable<Indexed> {
  const outside: Indexed[] = [];
  const groups = new Map<string, Indexed[]>();
  for (const [at, key] of keys.entries()) {
    if (at % KEYS_A_TURN === 0) await setImmediate();
    const snapshot = parseFileKey(key)?.snapshot ?? null;
    const name = snapshot && `${snapshot.namespace}\0${snapshot.type}/${snapshot.id}`;
    const list = name === null ? outside : (groups.get(name) ?? []);
    list.push({ key, snapshot });
    if (name !== null) groups.set(name, list);
  }
  const sorted = [...groups].sort(([a], [b]) => compareText(a, b));
  for (const [, list] of sorted) yield* list.sort((a, b) => compareText(a.key, b.key));
  yield* outside;
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

async function eachKey(
  backend: ObjectBackend,
  key: string,
  visit: (first: number, second: number) => void,
): Promise<void> {
  try {
    const reader = await backend.open(key);
    try {
      const index = await openIndex(key, reader);
      const isFixed = index.kind === 'fixed';
      const [step, at] = isFixed ? [DIGEST_BYTES, 0] : [DYNAMIC_ENTRY_BYTES, DIGEST_AT];
      for await (const page of index.pages()) {
        for (let from = at; from < page.length; from += step) {
          visit(page.readUInt32LE(from), page.readUInt32LE(from + 4));
        }
      }
    } finally {
      await reader.close();
    }
  } catch (error) {
    if (!isBackupError(error, 'STORAGE_MISSING')) throw error;
  }
}
