import type { Clock } from '#domain/clock.ts';
import { formatDuration } from '#domain/units.ts';
import { CLOCK_TOLERANCE_SECONDS } from '../gc/clock-watch.ts';

/** A server that was off for longer may have come back with a wrong clock. */
const ABSENT_MAX_MS = 3_600_000;

/**
 * How much of the time nobody has seen go by: what the clock of the server was moved ahead since the datastore was opened,
 * and what had gone by then since the last sign of life in it. Nobody can tell whether the clock is right about that, so
 * the days of the trash do not run meanwhile. `lastSeenAt` in ms since 1970, null where there is no such sign.
 */
export class SeenTime {
  readonly #clock: Clock;
  readonly #offsetMs: number;
  readonly #absentMs: number;

  constructor(clock: Clock, lastSeenAt: number | null) {
    this.#clock = clock;
    this.#offsetMs = clock.now() - clock.monotonic();
    const absentMs = lastSeenAt === null ? 0 : clock.now() - lastSeenAt;
    this.#absentMs = absentMs > ABSENT_MAX_MS ? absentMs : 0;
  }

  unseenSeconds(): number {
    return Math.ceil((this.#absentMs + this.#movedMs()) / 1000);
  }

  /** Why, for people; empty when all of it was seen. */
  words(): string {
    const movedMs = this.#movedMs();
    const why = [
      this.#absentMs > 0 ? `no server had the datastore open for ${formatDuration(this.#absentMs)}` : '',
      movedMs > 0 ? `the clock of the server was moved ahead by ${formatDuration(movedMs)}` : '',
    ];
    return why.filter(Boolean).join(', and ');
  }

  #movedMs(): number {
    const movedMs = this.#clock.now() - this.#clock.monotonic() - this.#offsetMs;
    return movedMs > CLOCK_TOLERANCE_SECONDS * 1000 ? movedMs : 0;
  }
}
