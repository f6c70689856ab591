/** Which rows of a long list are drawn: those in view and a few around, so that scrolling shows no holes. */

export interface Viewport {
  /** How far the list is scrolled, and how much of it is seen; in px. */
  top: number;
  height: number;
}

const AROUND = 12;

/** First row and the row behind the last one, for rows of equal height. */
export function visibleRange(count: number, rowHeight: number, { top, height }: Viewport): [number, number] {
  const first = Math.floor(Math.max(top, 0) / rowHeight) - AROUND;
  const last = Math.ceil((Math.max(top, 0) + height) / rowHeight) + AROUND;
  return [Math.min(Math.max(first, 0), count), Math.min(Math.max(last, 0), count)];
}
