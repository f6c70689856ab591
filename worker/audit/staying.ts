import { setTimeout } from 'node:timers/promises';

/** The record follows the datastore within moments, so a difference counts only when it stays. */
const LOOKS = 3;
const PAUSE_MS = 2000;

/** Those that differ at each of a few looks, with how they do at the last one. */
export async function staying<Ref, Difference>(
  everyone: readonly Ref[],
  differing: (refs: readonly Ref[], look: number) => Promise<Map<Ref, Difference>>,
  signal: AbortSignal,
): Promise<Map<Ref, Difference>> {
  let suspects = await differing(everyone, 1);
  for (let look = 2; suspects.size > 0 && look <= LOOKS; look += 1) {
    await setTimeout(PAUSE_MS, null, { signal });
    suspects = await differing([...suspects.keys()], look);
  }
  return suspects;
}
