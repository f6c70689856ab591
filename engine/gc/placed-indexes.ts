/**
 * Index files that got their name while somebody looks at all indexes. Whoever gives an index its name, or moves one, tells
 * it here; a mark that has already passed the place reads them at its end (docs/formats/datastore.md).
 *
 * *Invariant*: told after the index can be seen under its name. Of one that is made from a snapshot, before that snapshot
 * is let go of; of one that is moved, before the move ends, which is announced before it begins. So once no move is under
 * way and nothing is left to take, everything that is there was either at its place all the time, or was told.
 */
export class PlacedIndexes {
  readonly #watches = new Set<Map<string, string | null>>();
  #moves = 0;
  #settled = Promise.withResolvers<void>();

  /** `key` of the index file in the datastore, and where it was before if it was moved. */
  record(key: string, from: string | null = null): void {
    for (const placed of this.#watches) {
      // Told once more, for a second move, it has to be read once more.
      placed.delete(key);
      placed.set(key, from);
    }
  }

  /** Announces a move of indexes that have been there for longer; disposed once they are told under their new keys. */
  moving(): Disposable {
    this.#moves += 1;
    return {
      [Symbol.dispose]: () => {
        this.#moves -= 1;
        if (this.#moves > 0) return;
        this.#settled.resolve();
        this.#settled = Promise.withResolvers();
      },
    };
  }

  watch(): PlacedWatch {
    const placed = new Map<string, string | null>();
    this.#watches.add(placed);
    return {
      next: async (signal) => {
        while (placed.size === 0 && this.#moves > 0) await orAborted(this.#settled.promise, signal);
        const taken = [...placed].map(([key, from]) => ({ key, from }));
        placed.clear();
        return taken;
      },
      [Symbol.dispose]: () => {
        this.#watches.delete(placed);
      },
    };
  }
}

export interface PlacedIndex {
  key: string;
  /** Where it was before it was moved; null for a new one. */
  from: string | null;
}

export interface PlacedWatch extends Disposable {
  /** Those since the last time; waits for moves that are under way. Empty: nothing is left, and nothing is being moved. */
  next(signal: AbortSignal): Promise<PlacedIndex[]>;
}

async function orAborted(settled: Promise<void>, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  const aborted = Promise.withResolvers<never>();
  const abort = () => aborted.reject(signal.reason);
  signal.addEventListener('abort', abort, { once: true });
  try {
    await Promise.race([settled, aborted.promise]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
