import { expect, test } from 'vitest';
import { runSimulations } from '#testing/simulation/run-simulation.ts';
import { Simulation } from '#testing/simulation/simulation.ts';
import { makeGround } from '#testing/simulation/stored-ground.ts';

/**
 * Backups, removals, a trash, prunes, collections, verifications, restores, bad sectors, kills and restarts in a seeded
 * order of their calls, with a clock that leaps by days and is set to other times, and somebody who moves and removes
 * snapshots by hand: whatever order it is, no chunk that a finished snapshot needs, in its group or in the trash, or a
 * running backup, is ever removed, and damage is named. `simulation.faults.test.ts` does it for longer.
 */

const SECONDS = Number(process.env.IBS_SIMULATION_SECONDS ?? 5);
const SEED = Number(process.env.IBS_TEST_SEED ?? Date.now() % 1_000_000);

test(`seed ${SEED}: nothing that a finished snapshot needs is ever removed`, {
  timeout: (SECONDS + 60) * 1000,
}, async () => {
  const done = await runSimulations(SEED, SECONDS);
  process.stdout.write(`simulation, seed ${SEED}: ${JSON.stringify(done)}\n`);
  const { backups, removals, prunes, collections, removedChunks, verified, restores } = done;
  const each = [backups, removals, prunes, collections, removedChunks, verified, restores];
  expect(Math.min(...each), JSON.stringify(done)).toBeGreaterThan(1);
});

test('the same seed gives the same run', async () => {
  const ground = await makeGround();
  const traceOf = async (seed: number) => {
    const simulation = new Simulation(seed, ground);
    await simulation.run(1000);
    return simulation.trace;
  };
  expect(await traceOf(SEED)).toBe(await traceOf(SEED));
  expect(await traceOf(SEED)).not.toBe(await traceOf(SEED + 1));
});
