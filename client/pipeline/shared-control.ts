/**
 * How the threads of a backup wait for each other, in words of shared memory. Everything that waits also wakes when
 * the backup is cancelled.
 */

const CANCELLED = 0;
/** Grows with everything that somebody may wait for; whoever waits reads it first. */
const SIGNAL = 1;
/** Bytes of chunks that may still be made before the network has caught up. */
const CREDIT = 2;
/** The next chunk of an image that nobody reads yet. */
const NEXT = 3;
/** The stream has ended: no further chunk will be filled. */
const ENDED = 4;
const WORDS = 16;

/** Thrown in a thread that has nothing left to do because the backup was cancelled. */
export class Stopped extends Error {}

export function makeControlMemory(creditBytes: number): SharedArrayBuffer {
  const memory = new SharedArrayBuffer(WORDS * 4);
  new Int32Array(memory)[CREDIT] = creditBytes;
  return memory;
}

export class SharedControl {
  readonly #words: Int32Array<SharedArrayBuffer>;

  constructor(memory: SharedArrayBuffer) {
    this.#words = new Int32Array(memory);
  }

  cancel(): void {
    Atomics.store(this.#words, CANCELLED, 1);
    this.signal();
  }

  get cancelled(): boolean {
    return Atomics.load(this.#words, CANCELLED) === 1;
  }

  signal(): void {
    Atomics.add(this.#words, SIGNAL, 1);
    Atomics.notify(this.#words, SIGNAL);
  }

  /** Blocks until `take` gives something; it is asked again after every signal. */
  wait<T>(take: () => T | null): T {
    for (;;) {
      const seen = Atomics.load(this.#words, SIGNAL);
      if (this.cancelled) throw new Stopped();
      const taken = take();
      if (taken !== null) return taken;
      Atomics.wait(this.#words, SIGNAL, seen);
    }
  }

  /** Takes the right to hand a chunk of so many bytes, before compression, to the network. */
  takeCredit(bytes: number): void {
    this.wait(() => {
      for (;;) {
        const left = Atomics.load(this.#words, CREDIT);
        if (left < bytes) return null;
        if (Atomics.compareExchange(this.#words, CREDIT, left, left - bytes) === left) return true;
      }
    });
  }

  giveCredit(bytes: number): void {
    Atomics.add(this.#words, CREDIT, bytes);
    this.signal();
  }

  /** 0, 1, 2, … each to one caller only. */
  nextNumber(): number {
    return Atomics.add(this.#words, NEXT, 1);
  }

  /** For the next image. */
  restartNumbers(): void {
    Atomics.store(this.#words, NEXT, 0);
  }

  end(): void {
    Atomics.store(this.#words, ENDED, 1);
    this.signal();
  }

  get ended(): boolean {
    return Atomics.load(this.#words, ENDED) === 1;
  }
}
