import type { Paint, Tone } from './style.ts';
import { cutTo, displayWidth, padTo, plainSpaces, visible, wrapTo } from './visible-text.ts';

/** Tables: two spaces between columns, no lines, so that the eye and `awk` both find their way. */

export type Cell = string | { text: string; tone: Tone | null };

export interface Column<Row> {
  header: string;
  cell: (row: Row) => Cell;
  /** Numbers stand on the right. */
  align?: 'right';
  /** Too narrow a terminal drops the column with the highest number first; one without a number stays. */
  drop?: number;
  /** Free text, never an id, that a terminal may cut down to so many columns. */
  cut?: number;
  /** Free text that a terminal may break into lines of at least so many columns. */
  wrap?: number;
  /** Left out on a terminal when no row has anything to say. */
  hideEmpty?: true;
}

export interface TableOptions {
  /** Columns of the terminal; null when the output goes elsewhere, and then nothing is cut or dropped. */
  width: number | null;
  paint: Paint;
}

const GAP = '  ';

interface LaidOut {
  header: string;
  cells: { text: string; tone: Tone | null }[];
  width: number;
  /** How narrow it may get. */
  least: number;
  right: boolean;
  wraps: boolean;
  drop: number;
}

/** The lines of a table, header first; none at all without rows. */
export function layOutTable<Row>(
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  options: TableOptions,
): string[] {
  if (rows.length === 0) return [];
  const natural = columns.map((column) => layOut(column, rows));
  const fitted = options.width === null ? natural : fitTo(dropEmpty(columns, natural), options.width);
  const header = fitted.map((column) => ({ text: column.header, tone: 'dim' as const }));
  const body = rows.map((_, index) => fitted.flatMap((column) => column.cells[index] ?? []));
  return [header, ...body].flatMap((cells) => rowLines(cells, fitted, options.paint));
}

function layOut<Row>(column: Column<Row>, rows: readonly Row[]): LaidOut {
  const cells = rows.map((row) => asCell(column.cell(row)));
  const headerWidth = displayWidth(column.header);
  const width = cells.reduce((most, cell) => Math.max(most, displayWidth(cell.text)), headerWidth);
  const least = column.cut ?? column.wrap ?? width;
  return {
    header: column.header,
    cells,
    width,
    least: Math.min(width, Math.max(least, headerWidth)),
    right: column.align === 'right',
    wraps: column.wrap !== undefined,
    drop: column.drop ?? 0,
  };
}

function asCell(cell: Cell): { text: string; tone: Tone | null } {
  const { text, tone } = typeof cell === 'string' ? { text: cell, tone: null } : cell;
  return { text: visible(plainSpaces(text)), tone };
}

function dropEmpty<Row>(columns: readonly Column<Row>[], laidOut: LaidOut[]): LaidOut[] {
  const says = (column: LaidOut) => column.cells.some(({ text }) => text !== '' && text !== '—');
  return laidOut.filter((column, index) => !columns[index]?.hideEmpty || says(column));
}

/** Narrows free text first, then drops columns, until the table fits or nothing more may go. */
function fitTo(columns: LaidOut[], width: number): LaidOut[] {
  let rest = columns;
  for (;;) {
    const narrowed = narrow(rest, width);
    if (totalWidth(narrowed) <= width) return narrowed;
    const worst = Math.max(...rest.map((column) => column.drop));
    if (worst === 0) return narrowed;
    rest = rest.filter((column) => column.drop !== worst);
  }
}

/** Takes from whichever is widest at the moment, so that short texts stay whole as long as there are long ones. */
function narrow(columns: readonly LaidOut[], width: number): LaidOut[] {
  const narrowed = columns.map((column) => ({ ...column }));
  for (let excess = totalWidth(narrowed) - width; excess > 0; excess -= 1) {
    const [widest] = narrowed
      .filter((column) => column.width > column.least)
      .sort((a, b) => b.width - a.width);
    if (!widest) break;
    widest.width -= 1;
  }
  return narrowed;
}

function totalWidth(columns: readonly LaidOut[]): number {
  return columns.reduce((sum, column) => sum + column.width, 0) + GAP.length * (columns.length - 1);
}

/** One line, or several where a text is broken. */
function rowLines(cells: LaidOut['cells'], columns: readonly LaidOut[], paint: Paint): string[] {
  const texts = columns.map((column, index) => {
    const text = cells[index]?.text ?? '';
    return column.wraps ? wrapTo(text, column.width) : [cutTo(text, column.width)];
  });
  const height = Math.max(...texts.map((lines) => lines.length));
  return Array.from({ length: height }, (_, line) => {
    const parts = columns.map((column, index) =>
      padded(texts[index]?.[line] ?? '', cells[index]?.tone ?? null, column, paint),
    );
    return parts.join(GAP).trimEnd();
  });
}

/** Only the text is painted, so that no colour reaches into the padding. */
function padded(text: string, tone: Tone | null, { width, right }: LaidOut, paint: Paint): string {
  const fill = padTo('', width - displayWidth(text), 'right');
  return right ? `${fill}${paint(tone, text)}` : `${paint(tone, text)}${fill}`;
}
