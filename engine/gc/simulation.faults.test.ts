import { expect, test } from 'vitest';
import { runSimulations } from '#testing/simulation/run-simulation.ts';

/** The simulation of `simulation.test.ts` for half a minute, or as long as IBS_SIMULATION_SECONDS says. */

const SECONDS = Number(process.env.IBS_SIMULATION_SECONDS ?? 30);
const SEED = Number(process.env.IBS_TEST_SEED ?? Date.now() % 1_000_000);

test(`seed ${SEED}: ${SECONDS} s of work, kills and bad sectors lose nothing`, {
  timeout: (SECONDS + 60) * 1000,
}, async () => {
  const done = await runSimulations(SEED, SECONDS);
  process.stdout.write(`simulation, seed ${SEED}: ${JSON.stringify(done)}\n`);
  expect(done.collections).toBeGreaterThan(10);
});
