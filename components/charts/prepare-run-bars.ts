/** Decides how high the bars of a row are; the component only draws them. */

export interface BarRow {
  /** Of the row's height, 0 to 1; null for a gap. What is more than nothing is never drawn as nothing. */
  shares: (number | null)[];
  /** The top of the row; its bottom is always zero. */
  max: number;
}

const LEAST = 0.06;

export function prepareBarRow(values: readonly (number | null)[]): BarRow {
  const max = Math.max(0, ...values.map((value) => value ?? 0));
  const shareOf = (value: number) => (value === 0 || max === 0 ? 0 : Math.max(LEAST, value / max));
  return { max, shares: values.map((value) => (value === null ? null : shareOf(value))) };
}
