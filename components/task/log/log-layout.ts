/**
 * Where each line of a log stands, in rows of equal height. In a monospaced font that breaks anywhere a line of n
 * characters takes ⌈n ÷ columns⌉ rows, so a log of any length is laid out without drawing it.
 */

export interface LogLayout {
  /** Row that each line starts at, and behind the last one the number of rows. */
  starts: Int32Array;
}

/** `columns` null: lines are not broken. */
export function layoutLog(lengths: readonly number[], columns: number | null): LogLayout {
  const starts = new Int32Array(lengths.length + 1);
  let row = 0;
  for (const [index, length] of lengths.entries()) {
    starts[index] = row;
    row += columns === null ? 1 : Math.max(1, Math.ceil(length / columns));
  }
  starts[lengths.length] = row;
  return { starts };
}

export function rowCount({ starts }: LogLayout): number {
  return starts[starts.length - 1] ?? 0;
}

export function rowOfLine({ starts }: LogLayout, line: number): number {
  return starts[line] ?? 0;
}

/** The line that a row belongs to; the last one for rows behind the end. */
export function lineAtRow({ starts }: LogLayout, row: number): number {
  let low = 0;
  let high = starts.length - 2;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((starts[middle] ?? 0) <= row) low = middle;
    else high = middle - 1;
  }
  return Math.max(low, 0);
}

/** First line and the line behind the last one that rows `from` to `to` belong to. */
export function linesOfRows(layout: LogLayout, from: number, to: number): [number, number] {
  const count = layout.starts.length - 1;
  if (count === 0 || to <= from) return [0, 0];
  return [lineAtRow(layout, from), Math.min(count, lineAtRow(layout, to - 1) + 1)];
}
