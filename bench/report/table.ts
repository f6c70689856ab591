/** Aligned columns: the first `left` ones to the left, the others to the right. An empty row makes a gap. */
export function table(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  { left = 1 }: { left?: number } = {},
): string {
  const all = [head, ...rows];
  const widths = head.map((_, column) => Math.max(...all.map((row) => [...(row[column] ?? '')].length)));
  const line = (row: readonly string[]) =>
    widths
      .map((width, column) => pad(row[column] ?? '', width, column < left))
      .join('  ')
      .trimEnd();
  const rule = widths.map((width) => '─'.repeat(width)).join('  ');
  return [line(head), rule, ...rows.map((row) => (row.length === 0 ? '' : line(row)))].join('\n');
}

function pad(text: string, width: number, left: boolean): string {
  const space = ' '.repeat(Math.max(0, width - [...text].length));
  return left ? text + space : space + text;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  const upper = sorted[Math.floor(middle)] ?? Number.NaN;
  return Number.isInteger(middle) ? (upper + (sorted[middle - 1] ?? upper)) / 2 : upper;
}

export function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(0);
}
