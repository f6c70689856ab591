import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { formatGroupPath, formatSnapshotPath, type SnapshotRef } from '#domain/ids.ts';
import { snapshotRef } from '#testing/session-client.ts';
import { MarkLookup, MarkTable } from './mark-table.ts';
import { SpaceCount, type UsedBytes } from './space-use.ts';

interface Holding {
  snapshot: SnapshotRef;
  chunks: number[];
}

/** Namespaces × groups × snapshots, each with some of the same chunks: few enough that they share a lot. */
function holdings(random: () => number): Holding[] {
  const all: Holding[] = [];
  for (const namespace of ['', 'a', 'a/b']) {
    for (const id of ['x', 'y']) {
      for (let time = 0; time < 3; time += 1) {
        const chunks = Array.from({ length: 12 }, () => Math.floor(random() * 60));
        all.push({ snapshot: snapshotRef(id, 1_700_000_000 + time, namespace), chunks });
      }
    }
  }
  return all;
}

/** Straight from the definition. */
function byDefinition(
  all: Holding[],
  sizes: number[],
  outside: number[],
  nameOf: (ref: SnapshotRef) => string,
) {
  const used = new Map<string, UsedBytes>();
  for (const name of new Set(all.map(({ snapshot }) => nameOf(snapshot)))) {
    const own = new Set(all.filter((one) => nameOf(one.snapshot) === name).flatMap((one) => one.chunks));
    const others = new Set(all.filter((one) => nameOf(one.snapshot) !== name).flatMap((one) => one.chunks));
    const bytes = (list: number[]) => list.reduce((sum, chunk) => sum + (sizes[chunk] ?? 0), 0);
    const alone = [...own].filter((chunk) => !others.has(chunk) && !outside.includes(chunk));
    used.set(name, { totalBytes: bytes([...own]), exclusiveBytes: bytes(alone) });
  }
  return Object.fromEntries(used);
}

const NOW = 1_700_000_000;

/** Of the chunks that snapshots need, those of one that was found sound since. */
function coverageByDefinition(all: Holding[], soundAt: number[], sizes: number[]) {
  const sum = (lists: Holding[]) => {
    const chunks = [...new Set(lists.flatMap((one) => one.chunks))];
    return { chunks: chunks.length, bytes: chunks.reduce((bytes, chunk) => bytes + (sizes[chunk] ?? 0), 0) };
  };
  const since = (days: number) => all.filter((_, at) => (soundAt[at] ?? 0) >= NOW - days * 86_400);
  return { ...sum(all), within: [7, 30].map((days) => ({ days, ...sum(since(days)) })) };
}

test('who alone needs what is as the definition says, whatever is shared by whom', async () => {
  for (let round = 0; round < 50; round += 1) {
    const all = holdings(() => randomBytes(4).readUInt32LE(0) / 2 ** 32);
    const keys = Array.from({ length: 60 }, () => randomBytes(32));
    const sizes = keys.map((_, at) => 100 + at * at);
    const outside = round % 2 === 0 ? [] : [1, 2, 3, 4, 5];
    const table = new MarkTable(4);
    const wordsOf = (chunk: number): [number, number] => {
      const key = keys[chunk] ?? Buffer.alloc(32);
      return [key.readUInt32LE(0), key.readUInt32LE(4)];
    };
    await table.makeRoom(keys.length);
    for (const chunk of keys.keys()) table.mark(...wordsOf(chunk));
    const lookup = new MarkLookup(table.share({ sizes: true }));
    for (const [chunk, key] of keys.entries()) {
      lookup.noteSize(lookup.see(key.toString('hex')), sizes[chunk] ?? 0);
    }
    const count = await SpaceCount.of(lookup);
    const soundAt = all.map((_, at) => [0, NOW - 86_400, NOW - 20 * 86_400][(at + round) % 3] ?? 0);
    for (const [at, { snapshot, chunks }] of all.entries()) {
      count.begin(snapshot, soundAt[at]);
      for (const chunk of chunks) count.add(lookup.slotOf(...wordsOf(chunk)));
    }
    for (const chunk of outside) count.addOutside(lookup.slotOf(...wordsOf(chunk)));
    const question = { soundAt: () => 0, now: NOW, days: [7, 30] };
    const { snapshots, groups, namespaces, coverage } = await count.result(question);
    expect(coverage).toEqual(coverageByDefinition(all, soundAt, sizes));
    const named = (list: [string, UsedBytes][]) =>
      Object.fromEntries(
        list.map(([name, { exclusiveBytes, totalBytes }]) => [name, { exclusiveBytes, totalBytes }]),
      );
    expect(named(snapshots.map((one) => [formatSnapshotPath(one.snapshot), one]))).toEqual(
      byDefinition(all, sizes, outside, formatSnapshotPath),
    );
    expect(named(groups.map((one) => [formatGroupPath(one.group), one]))).toEqual(
      byDefinition(all, sizes, outside, formatGroupPath),
    );
    expect(named(namespaces.map((one) => [one.namespace, one]))).toEqual(
      byDefinition(all, sizes, outside, ({ namespace }) => namespace),
    );
  }
});
