import { beforeEach, describe, expect, test } from 'vitest';
import type { PrincipalId } from '#domain/principal.ts';
import type { TrashItem } from '#domain/trash.ts';
import { type Hook, hookedBackend } from '#testing/hooked-backend.ts';
import { MemoryBackend } from '#testing/memory-backend.ts';
import { openTestStore, testClock } from '#testing/open-store.ts';
import { backUp, randomPieces, snapshotRef } from '#testing/session-client.ts';
import type { Datastore } from '../datastore.ts';
import { removeSnapshot } from '../hierarchy/remove-snapshot.ts';
import { restoreTrashed } from '../trash/restore-trashed.ts';
import { type CollectOptions, type CollectReport, collectGarbage } from './collect.ts';
import type { MissingChunk } from './find-missing.ts';

/** Collections that end before they have removed everything: at their limit, or when their time is over. */

const HOUR_MS = 3_600_000;

let clock: ReturnType<typeof testClock>;
let memory: MemoryBackend;
let store: Datastore;
let hook: Hook;
let missing: MissingChunk[];

beforeEach(async () => {
  clock = testClock();
  memory = new MemoryBackend(clock.now);
  [hook, missing] = [() => {}, []];
  store = await openTestStore({ backend: hookedBackend(memory, (call, key) => hook(call, key)), clock });
});

function collect(options: Partial<CollectOptions> = {}): Promise<CollectReport> {
  return collectGarbage(store, {
    ...{ dryRun: false, graceSeconds: 0, expectedSnapshots: null, storedBytes: null },
    tryAccessTime: async () => null,
    ...{ signal: new AbortController().signal, report: () => {}, warn: () => {} },
    missing: async (chunk) => {
      missing.push(chunk);
    },
    ...options,
  });
}

const chunkKeys = () => [...memory.objects.keys()].filter((key) => /^\.chunks\/.*\/[0-9a-f]{64}$/.test(key));

/** `needed` chunks that a snapshot needs and `garbage` that nothing does, all of two hours ago. */
async function fill(needed: number, garbage: number): Promise<void> {
  const kept = randomPieces(needed);
  await backUp(store, snapshotRef('gone'), [...kept, ...randomPieces(garbage)]);
  await backUp(store, snapshotRef('kept'), kept);
  await removeSnapshot(store, snapshotRef('gone'));
  clock.advance(2 * HOUR_MS);
}

describe('a limit', () => {
  test('that would be passed stops it before anything is removed, with the numbers', async () => {
    await fill(4, 6);
    const removed: string[] = [];
    hook = (call, key) => {
      if (call === 'remove') removed.push(key);
    };
    await expect(collect({ stopPercent: 59 })).rejects.toMatchObject({
      code: 'GC_TOO_MUCH',
      message: expect.stringMatching(
        /^It would remove 60\D% of what is stored, and may remove at most 59 %: 6 of 10 chunks,/,
      ),
    });
    expect([removed, chunkKeys().length]).toEqual([[], 10]);
  });

  test('stops it before anything leaves the trash, and counts what only that needs', async () => {
    await backUp(store, snapshotRef('kept'), randomPieces(4));
    await backUp(store, snapshotRef('gone'), randomPieces(6));
    const item = await removeSnapshot(store, snapshotRef('gone'), { by: 'bob@ibs', reason: 'prune' });
    clock.advance(48 * HOUR_MS);
    const removed: string[] = [];
    const trash = { days: 1, removed: async (one: TrashItem) => void removed.push(one.id) };
    const refused = collect({ stopPercent: 59, trash });
    await expect(refused).rejects.toMatchObject({ code: 'GC_TOO_MUCH' });
    if (item) await restoreTrashed(store, item, 'bob@ibs' as PrincipalId);
    expect(await collect({ stopPercent: 0, trash })).toMatchObject({ snapshots: 2, missingChunks: 0 });
    await removeSnapshot(store, snapshotRef('gone'), { by: 'bob@ibs', reason: 'prune' });
    clock.advance(48 * HOUR_MS);
    expect(removed).toEqual([]);
    expect(await collect({ stopPercent: 60, trash })).toMatchObject({ expired: 1, trashed: 0 });
    expect([removed, chunkKeys().length]).toEqual([['gone'], 4]);
  });

  test('that is kept changes nothing about what goes', async () => {
    await fill(4, 6);
    const plan = await collect({ dryRun: true, stopPercent: 1 });
    const report = await collect({ stopPercent: 60 });
    expect(report.counts).toEqual(plan.counts);
    expect(report).toMatchObject({ left: { files: 0 }, missingChunks: 0, usedBytes: plan.usedBytes });
    expect(report.counts).toMatchObject({ used: { files: 4 }, removed: { files: 6 }, pending: { files: 0 } });
    expect(chunkKeys()).toHaveLength(4);
    expect((await collect({ stopPercent: 1 })).counts.removed.files).toBe(0);
  });

  test('counts bytes as well: few chunks may hold nearly everything', async () => {
    const kept = randomPieces(9, 100);
    await backUp(store, snapshotRef('gone'), [...kept, ...randomPieces(1, 50_000)]);
    await backUp(store, snapshotRef('kept'), kept);
    await removeSnapshot(store, snapshotRef('gone'));
    clock.advance(2 * HOUR_MS);
    await expect(collect({ stopPercent: 50 })).rejects.toThrow(/^It would remove 9\d % .* 1 of 10 chunks/);
    // With most of the bytes elsewhere, as those on record say, it is little.
    expect(
      (await collect({ stopPercent: 50, storedBytes: async () => 10_000_000 })).counts.removed.files,
    ).toBe(1);
  });

  test('does not count what was used since: it does not go', async () => {
    await fill(1, 9);
    // Asked between the two passes: somebody uses all of it again.
    const storedBytes = async () => {
      for (const key of chunkKeys()) await memory.touch(key);
      return 10 * 3100;
    };
    const { counts, left } = await collect({ stopPercent: 95, storedBytes });
    expect(counts).toMatchObject({ used: { files: 1 }, removed: { files: 0 }, pending: { files: 9 } });
    expect([left.files, chunkKeys().length]).toEqual([0, 10]);
  });
});

describe('when its time is over', () => {
  const over = () => {
    const controller = new AbortController();
    return { signal: controller.signal, end: () => controller.abort(new Error('over')) };
  };

  test.each(['Mark', 'Count'])('in the phase %s, nothing was removed', async (phase) => {
    await fill(4, 6);
    const { signal, end } = over();
    const report: CollectOptions['report'] = (progress) => {
      if (progress.phase === phase) end();
    };
    await expect(collect({ over: signal, report })).rejects.toThrow('over');
    expect(chunkKeys()).toHaveLength(10);
  });

  test('while it removes, it ends behind the batch and tells what is left; the next one removes the rest', async () => {
    await fill(40, 200);
    const { signal, end } = over();
    hook = (call) => {
      if (call === 'remove') end();
    };
    const told: unknown[] = [];
    const spaceUse = async (use: unknown) => {
      told.push(use);
    };
    const { counts, left, missingChunks, usedBytes } = await collect({ over: signal, spaceUse });
    expect(counts.removed.files).toBeGreaterThan(0);
    expect(left.files).toBeGreaterThan(0);
    expect(counts.removed.files + left.files).toBe(200);
    expect(chunkKeys()).toHaveLength(40 + left.files);
    expect({ missingChunks, missing, told }).toEqual({ missingChunks: 0, missing: [], told: [] });
    expect(counts.used).toEqual({ files: 40, bytes: usedBytes });
    hook = () => {};
    const rest = await collect({ over: over().signal });
    expect(rest).toMatchObject({ counts: { removed: left }, left: { files: 0 } });
    expect(chunkKeys()).toHaveLength(40);
  });
});
