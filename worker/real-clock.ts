import type { Clock } from '#domain/clock.ts';

/** The clock of the machine; made here, passed to everything else. */
export const realClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
};
