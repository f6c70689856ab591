const LOOK_MS = 1000;

/**
 * Calls `end` once when the npm that runs us has ended without telling us, as when it is killed. Only for those whom
 * npm started: who starts this program by itself may well mean to go away.
 */
export function whenNpmEnds(end: () => void, parent: () => number = () => process.ppid): void {
  const npm = parent();
  const timer = setInterval(() => {
    if (parent() === npm) return;
    clearInterval(timer);
    end();
  }, LOOK_MS);
  timer.unref();
}
