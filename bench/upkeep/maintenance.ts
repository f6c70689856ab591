import { join } from 'node:path';
import { changeTree } from '../data/change.ts';
import { bytesBelow } from '../data/files-below.ts';
import { SeededRandom } from '../data/random.ts';
import { findRealFiles } from '../data/real-files.ts';
import { makeTree } from '../data/tree.ts';
import type { Keeper, Source } from '../peers/peer.ts';
import { rotated } from '../scenario.ts';
import { taskSeconds } from './task-seconds.ts';
import type { MaintenanceResult, UpkeepContext, UpkeepResult } from './upkeep.ts';

/** The same history in each program: a tree that changes, of which only the last few snapshots are kept at the end. */

const FILES = 4000;
const SNAPSHOTS = 20;
const KEEP = 3;

export async function measureMaintenance(
  context: UpkeepContext,
  keepers: readonly Keeper[],
  result: UpkeepResult,
): Promise<void> {
  const { workspace, options, say } = context;
  const directory = workspace.directory('maintenance');
  const real = findRealFiles(new SeededRandom('files'));
  const files = options.quick ? FILES / 10 : FILES;
  const tree = makeTree(join(directory, 'tree'), files, real, new SeededRandom('maintenance tree'));
  const source: Source = { kind: 'tree', directory, name: 'tree' };
  const maintenance = { files, bytes: tree.bytes, snapshots: SNAPSHOTS, keep: KEEP, runs: [] };
  result.maintenance = maintenance;
  for (let round = 0; round < options.rounds; round += 1) {
    say(`Making a history of ${SNAPSHOTS} snapshots …`);
    for (const keeper of keepers) await keeper.start(`maintenance-${round}`);
    await context.meter.warm(() => makeHistory(keepers, source, round));
    for (const keeper of rotated(keepers, round)) await prune(context, maintenance, keeper, round);
    for (const keeper of keepers) await keeper.finish();
  }
  workspace.remove('maintenance');
}

async function makeHistory(keepers: readonly Keeper[], source: Source, round: number): Promise<void> {
  const random = new SeededRandom(`history ${round}`);
  for (let number = 0; number < SNAPSHOTS; number += 1) {
    if (number > 0) changeTree(join(source.directory, source.name), random);
    for (const keeper of keepers) await keeper.backup(source, number === 0 ? 'first' : 'changed');
  }
}

async function prune(
  { say }: UpkeepContext,
  { runs }: MaintenanceResult,
  keeper: Keeper,
  round: number,
): Promise<void> {
  keeper.age();
  await requireSnapshots(keeper, SNAPSHOTS);
  const storedBefore = bytesBelow(keeper.store());
  const done = await keeper.prune(KEEP);
  const steps = done.map(({ name, measured }) => ({
    name,
    sample: measured.sample,
    taskSeconds: keeper.name === 'IBS' ? taskSeconds(measured.output) : null,
  }));
  await requireSnapshots(keeper, KEEP);
  const storedAfter = bytesBelow(keeper.store());
  if (storedAfter >= storedBefore) throw new Error(`${keeper.name} has freed nothing.`);
  runs.push({ program: keeper.name, round, steps, storedBefore, storedAfter });
  const seconds = steps.map(({ name, sample }) => `${name} ${sample.wallSeconds.toFixed(2)} s`);
  say(`  maintenance, round ${round + 1}: ${keeper.name} ${seconds.join(', ')}`);
}

/** Only what did what it was asked for counts. */
async function requireSnapshots(keeper: Keeper, wanted: number): Promise<void> {
  const found = await keeper.count();
  if (found !== wanted) throw new Error(`${keeper.name} has ${found} snapshots, not ${wanted}.`);
}
