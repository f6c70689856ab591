/** Speed over the last seconds: steady enough to read, quick enough to show that something got stuck. */

const WINDOW_MS = 8000;
const SAMPLE_MS = 250;
/** Before this, a first burst would promise too much. */
const SETTLED_MS = 1500;

export class TransferRate {
  readonly #samples: { at: number; done: number }[] = [];

  /** `now` in monotonic ms; `done` in bytes since the beginning. Null until it can be told; bytes a second. */
  observe(done: number, now: number): number | null {
    const last = this.#samples.at(-1);
    if (!last || now - last.at >= SAMPLE_MS) this.#samples.push({ at: now, done });
    while (this.#samples.length > 2 && now - (this.#samples[1]?.at ?? now) > WINDOW_MS) this.#samples.shift();
    const [first] = this.#samples;
    if (!first || now - first.at < SETTLED_MS) return null;
    return ((done - first.done) * 1000) / (now - first.at);
  }
}
