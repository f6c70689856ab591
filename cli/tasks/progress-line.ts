import { cutTo, displayWidth } from '../print/visible-text.ts';

/** Where progress is written: a terminal that can redraw a line, or something that keeps every line. */
export interface ProgressTarget {
  write(text: string): void;
  isTerminal: boolean;
  /** Columns of the terminal. */
  width: number;
}

const ERASE = '\r\u001b[K';
/** Without a terminal, a line now and then is enough to see that work goes on, and none for what is quickly done. */
const PLAIN_EVERY_MS = 30_000;
const PLAIN_AFTER_MS = 1000;

/** Progress of one task: a single line that is redrawn, or plain lines when the phase changes and now and then. */
export class ProgressLine {
  readonly #target: ProgressTarget;
  readonly #title: string;
  #shown = '';
  #phase = '';
  readonly #startedAt: number;
  #writtenAt = Number.NEGATIVE_INFINITY;

  /** `now` in monotonic ms, here and below. */
  constructor(target: ProgressTarget, title: string, now: number) {
    this.#target = target;
    this.#title = title;
    this.#startedAt = now;
  }

  show(parts: readonly string[], now: number): void {
    if (this.#target.isTerminal) this.#redraw(parts);
    else this.#append(parts, now);
  }

  #append(parts: readonly string[], now: number): void {
    const [phase = ''] = parts;
    if (now - this.#startedAt < PLAIN_AFTER_MS) return;
    if (phase === this.#phase && now - this.#writtenAt < PLAIN_EVERY_MS) return;
    this.#phase = phase;
    this.#writtenAt = now;
    this.#target.write(`${this.#title}: ${parts.join(', ')}\n`);
  }

  #redraw(parts: readonly string[]): void {
    const width = this.#target.width - 1;
    let text = this.#title;
    for (const part of parts) {
      const longer = `${text} · ${part}`;
      if (displayWidth(longer) > width) break;
      text = longer;
    }
    if (text === this.#shown) return;
    this.#target.write(`${ERASE}${cutTo(text, width)}`);
    this.#shown = text;
  }

  /** Takes the line away, so that something else can be written. */
  clear(): void {
    if (this.#shown !== '') this.#target.write(ERASE);
    this.#shown = '';
  }
}
