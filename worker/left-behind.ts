import { setTimeout } from 'node:timers/promises';

/**
 * Processes that were killed and may not have ended: a call that never returns keeps its process. Whoever asks again of
 * the same storage would only leave one more behind.
 */
export class LeftBehind {
  readonly #ends = new Map<string, Promise<void>>();

  /** `exited` resolves when the process is gone. */
  add(path: string, exited: Promise<unknown>): void {
    const end: Promise<void> = exited.then(() => {
      if (this.#ends.get(path) === end) this.#ends.delete(path);
    });
    this.#ends.set(path, end);
  }

  /** Waits for the one that was left there; false when it has not ended by then. */
  async isFree(path: string, patienceMs: number): Promise<boolean> {
    const end = this.#ends.get(path);
    if (end) await Promise.race([end, setTimeout(patienceMs)]);
    return !this.#ends.has(path);
  }
}
