import type { Clock } from '#domain/clock.ts';

/** A clock that a simulation moves: on, or, without anything having passed, to another time. */
export interface JumpingClock extends Clock {
  advance(ms: number): void;
  /** Somebody sets the clock of the machine. */
  jump(ms: number): void;
}

export function jumpingClock(start = 1_700_000_000_000): JumpingClock {
  let [passed, offset] = [0, 0];
  return {
    now: () => start + passed + offset,
    monotonic: () => passed,
    advance: (ms) => {
      passed += ms;
    },
    jump: (ms) => {
      offset += ms;
    },
  };
}
