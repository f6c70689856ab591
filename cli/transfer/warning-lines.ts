import { countOf } from '#domain/units.ts';
import type { Context } from '../command.ts';
import type { TransferLine } from './transfer-line.ts';

const SHOWN_MAX = 50;

/** Warnings as they come, as many as a person reads; the rest is counted. */
export class WarningLines {
  readonly #context: Context;
  readonly #line: TransferLine;
  #count = 0;

  constructor(context: Context, line: TransferLine) {
    this.#context = context;
    this.#line = line;
  }

  add(text: string): void {
    this.#count += 1;
    if (this.#count > SHOWN_MAX) return;
    const { print } = this.#context;
    this.#line.clear();
    print.warn(`${print.paintMessage('warn', 'warning:')} ${text}`);
  }

  end(): void {
    const more = this.#count - SHOWN_MAX;
    if (more > 0) this.#context.print.warn(`… and ${countOf(more, 'more warning')}.`);
  }
}
