import type { ReactNode } from 'react';
import { type DonutPart, prepareDonut } from './prepare-donut.ts';

const RADIUS = 42;
const WIDTH = 12;
const LENGTH = 2 * Math.PI * RADIUS;
/** Space between two parts, in units of the drawing. */
const GAP = 1.5;

interface DonutProps {
  /** `className` colours the stroke. */
  parts: readonly (DonutPart & { className: string })[];
  /** Everything in words, with numbers; the list beside it says the same. */
  label: string;
  /** In the middle. */
  children?: ReactNode;
}

/** Shares of one whole. Numbers stand in a list beside it. */
export function Donut({ parts, label, children }: DonutProps) {
  const arcs = prepareDonut(parts);
  const gap = arcs.length > 1 ? GAP : 0;
  return (
    <div className="relative size-36 shrink-0">
      <svg viewBox="0 0 100 100" role="img" aria-label={label} className="size-full -rotate-90">
        <circle cx={50} cy={50} r={RADIUS} fill="none" strokeWidth={WIDTH} className="stroke-selected" />
        {arcs.map(({ id, start, length }) => (
          <circle
            key={id}
            cx={50}
            cy={50}
            r={RADIUS}
            fill="none"
            strokeWidth={WIDTH}
            strokeDasharray={`${Math.max(length * LENGTH - gap, 0.5)} ${LENGTH}`}
            strokeDashoffset={-start * LENGTH}
            className={parts.find((part) => part.id === id)?.className}
          />
        ))}
      </svg>
      <div className="absolute inset-0 grid place-content-center text-center">{children}</div>
    </div>
  );
}
