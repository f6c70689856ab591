/**
 * Bounds the memory that bodies may use at once: whoever finds it used up waits in line. The budget of one connection
 * may be part of one that all share; what is the only thing that a connection has in hand never waits for the others, so
 * that nobody can be starved.
 */
export class ByteBudget {
  readonly #waiting: { bytes: number; enter: () => void }[] = [];
  readonly #total: number;
  readonly #shared: ByteBudget | null;
  #left: number;

  constructor(bytes: number, shared: ByteBudget | null = null) {
    this.#total = bytes;
    this.#left = bytes;
    this.#shared = shared;
  }

  /** Resolves once `wanted` bytes are set aside; more than the whole budget counts as the whole. */
  async take(wanted: number): Promise<() => void> {
    const bytes = Math.min(wanted, this.#total);
    if (this.#waiting.length > 0 || this.#left < bytes) {
      await new Promise<void>((enter) => this.#waiting.push({ bytes, enter }));
    } else {
      this.#left -= bytes;
    }
    const isOnly = this.#left + bytes === this.#total;
    const leaveShared = isOnly ? null : await this.#shared?.take(bytes);
    let returned = false;
    return () => {
      if (returned) return;
      returned = true;
      leaveShared?.();
      this.#giveBack(bytes);
    };
  }

  #giveBack(bytes: number): void {
    this.#left += bytes;
    for (;;) {
      const [next] = this.#waiting;
      if (!next || this.#left < next.bytes) return;
      this.#waiting.shift();
      this.#left -= next.bytes;
      next.enter();
    }
  }
}
