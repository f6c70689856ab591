import type { ReactNode } from 'react';
import { cn } from './class-names.ts';
import type { Glyph, StatusTone } from './status-looks.ts';

const TONES: Record<StatusTone, string> = {
  ok: 'text-ok',
  warn: 'text-warn',
  err: 'text-err',
  info: 'text-info',
  maintenance: 'text-maintenance',
  muted: 'text-muted',
};

const RING = { cx: 6, cy: 6, r: 4.75, fill: 'none', stroke: 'currentColor', strokeWidth: 1.5 };
const LINE = {
  fill: 'none',
  stroke: 'currentColor',
  strokeWidth: 1.6,
  strokeLinecap: 'round',
  strokeLinejoin: 'round',
} as const;
const TEETH = [0, 45, 90, 135, 180, 225, 270, 315];

/** Drawn, not typed: fonts render the characters ◐ ⛭ ⌫ in different sizes, in colour, or not at all. */
const SHAPES: Record<Glyph, ReactNode> = {
  disc: <circle cx={6} cy={6} r={5} fill="currentColor" />,
  'half-disc': (
    <>
      <circle {...RING} />
      <path d="M6 1.25a4.75 4.75 0 0 0 0 9.5z" fill="currentColor" />
    </>
  ),
  ring: <circle {...RING} strokeWidth={1.75} />,
  'dotted-ring': <circle {...RING} strokeDasharray="1.6 1.38" />,
  'framed-square': (
    <>
      <rect x={1.5} y={1.5} width={9} height={9} rx={1} fill="none" stroke="currentColor" strokeWidth={1.5} />
      <rect x={4} y={4} width={4} height={4} fill="currentColor" />
    </>
  ),
  gear: (
    <>
      <circle cx={6} cy={6} r={2.75} fill="none" stroke="currentColor" strokeWidth={1.6} />
      {TEETH.map((angle) => (
        <path
          key={angle}
          d="M6 0.6v1.7"
          stroke="currentColor"
          strokeWidth={1.6}
          transform={`rotate(${angle} 6 6)`}
        />
      ))}
    </>
  ),
  cross: <path d="M2 2l8 8M10 2l-8 8" {...LINE} strokeWidth={1.9} />,
  erase: <path d="M4 2h7v8H4L.9 6zM5.6 4.4l3.2 3.2M8.8 4.4L5.6 7.6" {...LINE} strokeWidth={1.3} />,
  clock: (
    <>
      <circle {...RING} />
      <path d="M6 3.4V6l1.7 1.2" {...LINE} strokeWidth={1.4} />
    </>
  ),
  arc: (
    <>
      <circle {...RING} opacity={0.3} />
      <path d="M6 1.25A4.75 4.75 0 0 1 10.75 6" {...LINE} />
    </>
  ),
  check: <path d="M1.5 6.4l3 3 6-6.8" {...LINE} strokeWidth={1.9} />,
  triangle: <path d="M6 1.2l5 9H1zM6 4.6v2.4M6 8.6v.1" {...LINE} strokeWidth={1.4} />,
  'slashed-ring': (
    <>
      <circle {...RING} />
      <path d="M2.8 9.2l6.4-6.4" {...LINE} strokeWidth={1.5} />
    </>
  ),
};

interface StatusGlyphProps {
  glyph: Glyph;
  tone: StatusTone;
  className?: string;
}

/** Decoration: the word stands beside it, or the caller says it to screen readers. */
export function StatusGlyph({ glyph, tone, className }: StatusGlyphProps) {
  return (
    <svg
      viewBox="0 0 12 12"
      aria-hidden="true"
      className={cn('size-3 shrink-0', TONES[tone], glyph === 'arc' && 'animate-spin', className)}
    >
      {SHAPES[glyph]}
    </svg>
  );
}
