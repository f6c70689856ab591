import { type Done, nothingDone } from './done.ts';
import { Simulation } from './simulation.ts';
import { makeGround } from './stored-ground.ts';

/** Of one seed: less than a second, so that one that fails is soon seen again. */
const TURNS = 8000;

/**
 * Simulations of one seed after the other for about `seconds`, the first one of `seed`. Throws with the seed of the one
 * that failed.
 */
export async function runSimulations(seed: number, seconds: number): Promise<Done & { seeds: number }> {
  const ground = await makeGround();
  const total = { ...nothingDone(), seeds: 0 };
  const until = performance.now() + seconds * 1000;
  while (performance.now() < until) {
    const simulation = new Simulation(seed + total.seeds, ground);
    try {
      await simulation.run(TURNS);
    } catch (error) {
      throw new Error(
        `IBS_TEST_SEED=${seed + total.seeds}: ${error instanceof Error ? error.message : error}`,
        {
          cause: error,
        },
      );
    }
    total.seeds += 1;
    for (const key of Object.keys(simulation.done) as (keyof Done)[]) total[key] += simulation.done[key];
  }
  return total;
}
