import { BackupError } from '#domain/errors.ts';

/** Lets only so many pieces of work go on at a time; the others wait in order, and beyond a bound they are refused. */
export class Turns {
  readonly #waiting: (() => void)[] = [];
  readonly #waitingMax: number;
  #free: number;

  constructor(atOnce: number, waitingMax: number) {
    this.#free = atOnce;
    this.#waitingMax = waitingMax;
  }

  async run<Result>(work: () => Promise<Result>): Promise<Result> {
    await this.#take();
    try {
      return await work();
    } finally {
      this.#pass();
    }
  }

  async #take(): Promise<void> {
    if (this.#free > 0) {
      this.#free -= 1;
      return;
    }
    if (this.#waiting.length >= this.#waitingMax) {
      throw new BackupError('AUTH_THROTTLED', 'Too many sign-ins at a time. Try again in a moment.');
    }
    await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  /** Straight to the next in line, so that nobody who comes just now gets ahead of it. */
  #pass(): void {
    const next = this.#waiting.shift();
    if (next) next();
    else this.#free += 1;
  }
}
