/** Decides what a donut draws: where each part starts and how long it is, as shares of the ring. */

export interface DonutPart {
  id: string;
  value: number;
}

export interface DonutArc {
  id: string;
  /** Share of the whole, between 0 and 1: for the words beside it. */
  share: number;
  /** Where it starts and how long it is drawn, as shares of the ring. */
  start: number;
  length: number;
}

/** What is there but tiny is still drawn this long, at the cost of the others. */
const VISIBLE = 0.012;

/** Parts in the order given, without those that are nothing; empty when the whole is nothing. */
export function prepareDonut(parts: readonly DonutPart[]): DonutArc[] {
  const shown = parts.filter((part) => part.value > 0);
  const whole = shown.reduce((sum, part) => sum + part.value, 0);
  if (whole <= 0) return [];
  const lengths = shown.map((part) => Math.max(part.value / whole, VISIBLE));
  const drawn = lengths.reduce((sum, length) => sum + length, 0);
  let start = 0;
  return shown.map(({ id, value }, index) => {
    const length = (lengths[index] ?? 0) / drawn;
    const arc = { id, share: value / whole, start, length };
    start += length;
    return arc;
  });
}
