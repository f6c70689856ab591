import type { Clock } from '#domain/clock.ts';
import type { TaskProgress } from '#domain/task.ts';

const WRITE_EVERY_MS = 1000;
/** The rate is that of the last so many milliseconds. */
const RATE_WINDOW_MS = 10_000;

/**
 * Turns counts into progress with rate and time left, and writes it at most once a second. `write` resolves to
 * false when the task has been taken over by another attempt, which `lost` is then told.
 */
export class ProgressReporter {
  readonly #clock: Clock;
  readonly #write: (progress: TaskProgress) => Promise<boolean>;
  readonly #lost: () => void;
  #samples: { at: number; done: number }[] = [];
  #phase = '';
  #writtenAt = Number.NEGATIVE_INFINITY;
  #stopped = false;

  constructor(clock: Clock, write: (progress: TaskProgress) => Promise<boolean>, lost: () => void) {
    this.#clock = clock;
    this.#write = write;
    this.#lost = lost;
  }

  /** The task ends here: nothing is written any more, and what is being written cannot tell that it was lost. */
  stop(): void {
    this.#stopped = true;
  }

  report = (progress: TaskProgress): void => {
    if (this.#stopped) return;
    const now = this.#clock.monotonic();
    const newPhase = progress.phase !== this.#phase;
    if (newPhase) {
      this.#phase = progress.phase;
      this.#samples = [];
    }
    if (progress.done !== undefined) this.#sample(now, progress.done);
    if (!newPhase && now - this.#writtenAt < WRITE_EVERY_MS) return;
    this.#writtenAt = now;
    void this.#write({ ...progress, ...this.#speed(progress) })
      .then((current) => {
        if (!current && !this.#stopped) this.#lost();
      })
      .catch(() => {}); // the database is away for a moment; the next report will do
  };

  #sample(at: number, done: number): void {
    this.#samples.push({ at, done });
    while (at - (this.#samples[0]?.at ?? at) > RATE_WINDOW_MS) this.#samples.shift();
  }

  #speed(progress: TaskProgress): Pick<TaskProgress, 'rate' | 'leftMs'> {
    const [first] = this.#samples;
    const last = this.#samples.at(-1);
    if (!first || !last || last.at === first.at) return {};
    const rate = ((last.done - first.done) * 1000) / (last.at - first.at);
    if (rate <= 0) return { rate: 0 };
    if (progress.total === undefined) return { rate };
    return { rate, leftMs: ((progress.total - last.done) * 1000) / rate };
  }
}
