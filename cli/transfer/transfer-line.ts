import { formatBytes, formatDuration, formatPercent, formatRate } from '#domain/units.ts';
import type { Context } from '../command.ts';
import { plainSpaces, visible } from '../print/visible-text.ts';
import { openProgressLine } from '../tasks/open-progress-line.ts';
import type { ProgressLine } from '../tasks/progress-line.ts';
import { TransferRate } from './transfer-rate.ts';

export interface TransferState {
  /** What is at work, such as the name of the archive. */
  what: string;
  doneBytes: number;
  totalBytes: number | null;
  /** What else is worth a place on a wide terminal, the most telling first. */
  more: readonly string[];
}

const EVERY_MS = 100;

/** Progress of data that is carried: `disk.img · 42 % · about 8 s left · 812 MiB/s · 3.1 GiB of 7.5 GiB · …`. */
export class TransferLine {
  readonly #line: ProgressLine | null;
  readonly #rate = new TransferRate();
  readonly #now: () => number;
  #shownAt = Number.NEGATIVE_INFINITY;

  constructor(context: Context, title: string) {
    this.#now = context.clock.monotonic;
    this.#line = openProgressLine(context, title, this.#now());
  }

  /** Whether anybody reads it. */
  get isShown(): boolean {
    return this.#line !== null;
  }

  show(state: TransferState): void {
    const now = this.#now();
    const rate = this.#rate.observe(state.doneBytes, now);
    if (now - this.#shownAt < EVERY_MS) return;
    this.#shownAt = now;
    this.#line?.show(transferParts(state, rate).map(visible), now);
  }

  /** Takes the line away, so that something else can be written. */
  clear(): void {
    this.#line?.clear();
  }
}

export function transferParts(state: TransferState, rate: number | null): string[] {
  const { what, doneBytes, totalBytes, more } = state;
  // A guess that was passed is no guess any more.
  const total = totalBytes !== null && totalBytes >= doneBytes && totalBytes > 0 ? totalBytes : null;
  const left = total !== null && rate ? ((total - doneBytes) * 1000) / rate : null;
  const parts = [
    what,
    total === null ? '' : formatPercent(doneBytes / total),
    left === null
      ? ''
      : `about ${formatDuration(Math.max(Math.round(left / 1000), 1) * 1000).replace('.0', '')} left`,
    rate === null ? '' : formatRate(rate),
    total === null ? formatBytes(doneBytes) : `${formatBytes(doneBytes)} of ${formatBytes(total)}`,
    ...more,
  ];
  return parts.filter((part) => part !== '').map(plainSpaces);
}
