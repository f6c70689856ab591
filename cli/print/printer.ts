import type { Terminal } from '../terminal.ts';
import { type Cells, makeCells } from './cells.ts';
import { type Block, layOutRecord } from './record.ts';
import { type Paint, painter } from './style.ts';
import { type Column, layOutTable } from './table.ts';
import { asciiOnly, plainSpaces } from './visible-text.ts';

export const OUTPUT_FORMATS = ['table', 'json', 'yaml'] as const;
export type OutputFormat = (typeof OUTPUT_FORMATS)[number];

export interface PrinterOptions {
  format: OutputFormat;
  quiet: boolean;
  color: boolean;
  unicode: boolean;
  /** Milliseconds since 1970. */
  now: number;
}

/** Something that was done: the object for programs, a line for people. */
export interface Deed {
  value: unknown;
  line: string;
  /** A line that was asked for, such as the id of a task, and that `--quiet` keeps. */
  isResult?: boolean;
}

/**
 * Everything that is printed goes through here. Standard output carries results and nothing else, so that it can
 * be piped; messages go to standard error. As json and yaml a result is exactly the object of the API.
 */
export class Printer {
  readonly format: OutputFormat;
  readonly quiet: boolean;
  readonly cells: Cells;
  /** Paints for standard output. */
  readonly paint: Paint;
  /** Paints for standard error. */
  readonly paintMessage: Paint;
  readonly #terminal: Terminal;
  readonly #unicode: boolean;

  constructor(terminal: Terminal, options: PrinterOptions) {
    this.#terminal = terminal;
    this.#unicode = options.unicode;
    this.format = options.format;
    this.quiet = options.quiet;
    this.cells = makeCells(options.now, terminal.outIsTerminal);
    this.paint = painter(options.color && terminal.outIsTerminal);
    this.paintMessage = painter(options.color && terminal.errIsTerminal);
  }

  /** Rows as a table. Without any, `empty` says on standard error what to do next. */
  async list<Row>(rows: readonly Row[], columns: readonly Column<Row>[], empty: string): Promise<void> {
    await this.value(rows, () => this.table(rows, columns));
    if (rows.length === 0) this.say(empty);
  }

  async record(value: unknown, blocks: () => readonly Block[]): Promise<void> {
    await this.value(value, () => layOutRecord(blocks(), this.paint));
  }

  /** A deed that was done: a sentence for people, the object for programs. */
  done(value: unknown, line: string): Promise<void> {
    return this.deed({ value, line });
  }

  async deed({ value, line, isResult }: Deed): Promise<void> {
    if (this.quiet && !isResult && this.format === 'table') return;
    await this.value(value, () => [line]);
  }

  /** Deeds one after the other; programs get a list of those that were done, also when a later one fails. */
  async deeds(deeds: AsyncIterable<Deed>): Promise<void> {
    const values: unknown[] = [];
    try {
      for await (const deed of deeds) {
        if (this.format === 'table') await this.deed(deed);
        else values.push(deed.value);
      }
    } finally {
      if (this.format !== 'table') await this.value(values, () => []);
    }
  }

  /** About a result whose data has standard output: a sentence for people, one line of JSON for programs. */
  aside(value: unknown, line: string): void {
    if (this.format === 'table') this.say(line);
    else this.#terminal.err(`${JSON.stringify(value)}\n`);
  }

  /** A result: `lines` for people, the object itself as json or yaml. */
  async value(value: unknown, lines: () => readonly string[]): Promise<void> {
    switch (this.format) {
      case 'json':
        return this.#terminal.out(`${JSON.stringify(value, null, 2)}\n`);
      case 'yaml': {
        const { stringify } = await import('yaml');
        return this.#terminal.out(stringify(JSON.parse(JSON.stringify(value)), { lineWidth: 0 }));
      }
      case 'table':
        return this.#terminal.out(
          lines()
            .map((line) => `${this.fitting(line)}\n`)
            .join(''),
        );
    }
  }

  table<Row>(rows: readonly Row[], columns: readonly Column<Row>[]): string[] {
    return layOutTable(columns, rows, { width: this.#terminal.outWidth, paint: this.paint });
  }

  /** The same table among the messages, for what is shown before a question. */
  sayTable<Row>(rows: readonly Row[], columns: readonly Column<Row>[]): void {
    const width = this.#terminal.errIsTerminal ? this.#terminal.errWidth : null;
    for (const line of layOutTable(columns, rows, { width, paint: this.paintMessage })) this.warn(line);
  }

  /** A message that `--quiet` silences. */
  say(text: string): void {
    if (!this.quiet) this.warn(text);
  }

  /** A message that is always shown. */
  warn(text: string): void {
    this.#terminal.err(`${this.fitting(text)}\n`);
  }

  fitting(text: string): string {
    return plainSpaces(this.#unicode ? text : asciiOnly(text));
  }
}
