import type { Clock } from '#domain/clock.ts';

const MINUTE = 60_000;

/**
 * Calls `work` at each full minute of the clock, one call after the other, until the function that is returned is called.
 * Each sleep is measured anew, so that neither late timers nor work that takes long add up, and ends after a
 * minute at the latest, however the clock is set meanwhile. `work` does not throw.
 */
export function everyMinute(clock: Clock, work: (now: number) => Promise<void>): () => void {
  let timer: NodeJS.Timeout | null = null;
  let isStopped = false;
  let last = minuteOf(clock.now());
  const sleep = () => {
    if (isStopped) return;
    const left = MINUTE - (clock.now() % MINUTE);
    timer = setTimeout(wake, left);
  };
  const wake = () => {
    const now = clock.now();
    const minute = minuteOf(now);
    if (minute === last) return sleep(); // timers may be a little early
    last = minute;
    void work(now).finally(sleep);
  };
  sleep();
  return () => {
    isStopped = true;
    if (timer) clearTimeout(timer);
  };
}

function minuteOf(moment: number): number {
  return Math.floor(moment / MINUTE);
}
