import type { Clock } from '#domain/clock.ts';

const LOOK_EVERY_MS = 1000;

/** The end of a run's time, as whatever carries it out is told of it. */
export interface RunEnd extends Disposable {
  /** Aborted once the time is over; null for a run without an end. */
  signal: AbortSignal | null;
}

/** `until` in ms since 1970. The clock is looked at each second, so that one that is set counts as it is set. */
export function runEndAt(clock: Clock, until: number | null): RunEnd {
  if (until === null) return { signal: null, [Symbol.dispose]: () => {} };
  const controller = new AbortController();
  const look = () => {
    if (clock.now() >= until) controller.abort(new RunOver());
  };
  look();
  const timer = setInterval(look, LOOK_EVERY_MS);
  return { signal: controller.signal, [Symbol.dispose]: () => clearInterval(timer) };
}

/** Why a run ends that has come to its end: no failure, so nothing that anybody is told. */
class RunOver extends Error {
  override name = 'RunOver';
}
