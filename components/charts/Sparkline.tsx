import { cn } from '../ui/class-names.ts';
import { prepareSparkline, type SparkPoint } from './prepare-sparkline.ts';

const BOX = { width: 96, height: 24, inset: 2 };

interface SparklineProps {
  points: readonly SparkPoint[];
  /** What it shows, in words with numbers: "Write throughput over 24 h, now 212 MiB/s, at most 480 MiB/s". */
  label: string;
  className?: string;
}

/** The shape of a series, from zero; the numbers stand beside it. */
export function Sparkline({ points, label, className }: SparklineProps) {
  const { lines, dots, last } = prepareSparkline(points, BOX);
  return (
    <svg
      role="img"
      aria-label={label}
      viewBox={`0 0 ${BOX.width} ${BOX.height}`}
      className={cn('h-6 w-24 shrink-0 overflow-visible text-accent', className)}
    >
      <path d={`M0 ${BOX.height - 0.5}H${BOX.width}`} className="stroke-line" />
      {lines.map((line) => (
        <path
          key={line}
          d={line}
          fill="none"
          stroke="currentColor"
          strokeWidth={1.5}
          strokeLinejoin="round"
        />
      ))}
      {dots.map((dot) => (
        <circle key={dot.x} cx={dot.x} cy={dot.y} r={1} fill="currentColor" />
      ))}
      {last && <circle cx={last.x} cy={last.y} r={2} fill="currentColor" />}
    </svg>
  );
}
