import type { Clock } from '#domain/clock.ts';
import { BackupError } from '#domain/errors.ts';

/** Clocks of storage and server, and wall and monotonic clock, may differ by this much. */
export const CLOCK_TOLERANCE_SECONDS = 60;

/** Whether the wall clock has jumped since: then nobody can tell any more what was used before what. */
export class ClockWatch {
  readonly #clock: Clock;
  readonly #offsetMs: number;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#offsetMs = clock.now() - clock.monotonic();
  }

  /** GC_CLOCK_UNSURE when it has. */
  check(): void {
    const jumpedMs = this.#clock.now() - this.#clock.monotonic() - this.#offsetMs;
    if (Math.abs(jumpedMs) <= CLOCK_TOLERANCE_SECONDS * 1000) return;
    throw clockUnsure(`The clock of the server was moved by ${Math.round(jumpedMs / 1000)} s meanwhile.`);
  }
}

export function clockUnsure(what: string): BackupError {
  return new BackupError('GC_CLOCK_UNSURE', what, {
    hint: 'Set the clocks right (NTP), then collect garbage again.',
  });
}
