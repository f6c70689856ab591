/**
 * Index files that got their name while somebody looks at all indexes. Whoever gives an index its name tells it here;
 * a mark that has already passed the place reads them at its end (docs/formats/datastore.md).
 *
 * *Invariant*: told after the index can be seen under its name, and before the snapshot that it was made from is let
 * go of.
 */
export class PlacedIndexes {
  readonly #watches = new Set<Set<string>>();

  /** `key` of the index file in the datastore. */
  record(key: string): void {
    for (const keys of this.#watches) keys.add(key);
  }

  watch(): PlacedWatch {
    const keys = new Set<string>();
    this.#watches.add(keys);
    return {
      take: () => {
        const taken = [...keys];
        keys.clear();
        return taken;
      },
      [Symbol.dispose]: () => {
        this.#watches.delete(keys);
      },
    };
  }
}

export interface PlacedWatch extends Disposable {
  /** Those since the last time. */
  take(): string[];
}
