/** Decides what a sparkline draws; the component only draws it. */

export interface SparkPoint {
  /** Milliseconds since 1970. */
  at: number;
  /** Null is a gap: nothing was measured, which is not zero. */
  value: number | null;
}

export interface Sparkline {
  /** One SVG path for each stretch without a gap. */
  lines: string[];
  /** A stretch of a single point is a dot. */
  dots: { x: number; y: number }[];
  /** The last point, when it was measured. */
  last: { x: number; y: number; value: number } | null;
  /** The largest value: the top of the drawing; the bottom is always zero. */
  max: number;
}

interface Box {
  width: number;
  height: number;
  /** Space for the stroke on every side. */
  inset: number;
}

export function prepareSparkline(points: readonly SparkPoint[], box: Box): Sparkline {
  const measured = points.flatMap((point) => (point.value === null ? [] : [point.value]));
  const max = Math.max(0, ...measured);
  const place = placer(points, max, box);
  const stretches = stretchesOf(points).map((stretch) => stretch.map(place));
  const end = points.at(-1);
  return {
    lines: stretches.filter((stretch) => stretch.length > 1).map(pathOf),
    dots: stretches.filter((stretch) => stretch.length === 1).flat(),
    last: end && end.value !== null ? { ...place({ at: end.at, value: end.value }), value: end.value } : null,
    max,
  };
}

interface Measured {
  at: number;
  value: number;
}

function placer(points: readonly SparkPoint[], max: number, { width, height, inset }: Box) {
  const first = points[0]?.at ?? 0;
  const span = (points.at(-1)?.at ?? first) - first;
  return ({ at, value }: Measured) => ({
    x: round(span > 0 ? inset + ((at - first) / span) * (width - 2 * inset) : width / 2),
    y: round(max > 0 ? height - inset - (value / max) * (height - 2 * inset) : height - inset),
  });
}

function stretchesOf(points: readonly SparkPoint[]): Measured[][] {
  const stretches: Measured[][] = [];
  let open: Measured[] | null = null;
  for (const { at, value } of points) {
    if (value === null) {
      open = null;
      continue;
    }
    if (!open) {
      open = [];
      stretches.push(open);
    }
    open.push({ at, value });
  }
  return stretches;
}

function pathOf(stretch: readonly { x: number; y: number }[]): string {
  return `M${stretch.map(({ x, y }) => `${x} ${y}`).join('L')}`;
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
