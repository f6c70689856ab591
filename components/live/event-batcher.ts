/**
 * Gathers what comes in quick succession: the first is passed on after a moment, the rest at most once a second,
 * so that a busy server does not make every page ask all the time.
 */
export interface EventBatcher<Item> {
  add: (items: readonly Item[]) => void;
  stop: () => void;
}

const FIRST_MS = 80;
const SPACING_MS = 1000;

export function eventBatcher<Item>(flush: (items: Item[]) => void, now: () => number): EventBatcher<Item> {
  let waiting: Item[] = [];
  let timer: ReturnType<typeof setTimeout> | undefined;
  let flushedAt = Number.NEGATIVE_INFINITY;
  const run = () => {
    timer = undefined;
    flushedAt = now();
    flush(waiting.splice(0));
  };
  return {
    add(items) {
      waiting.push(...items);
      timer ??= setTimeout(run, Math.max(FIRST_MS, flushedAt + SPACING_MS - now()));
    },
    stop() {
      clearTimeout(timer);
      waiting = [];
    },
  };
}
