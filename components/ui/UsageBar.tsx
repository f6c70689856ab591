import { formatBytes, formatPercent } from '#domain/units.ts';
import { USAGE_TICKS, usageSeverity, usedShare } from '#domain/usage.ts';
import { cn } from './class-names.ts';
import { Unknown } from './Unknown.tsx';

const FILLS = { well: 'bg-accent', warn: 'bg-warn', bad: 'bg-err' };

interface UsageBarProps {
  usedBytes: number | null;
  availableBytes: number | null;
  sizeBytes: number | null;
  /** Whose usage: names the meter for screen readers. */
  label: string;
  /** Hides the percentage where it stands elsewhere. */
  bare?: boolean;
  /** Why it is not known. */
  unknown?: string;
  className?: string;
}

/** How full a datastore is, with ticks at 80, 90 and 95 %. */
export function UsageBar({
  usedBytes,
  availableBytes,
  sizeBytes,
  label,
  bare = false,
  unknown = 'The backend reports no size',
  className,
}: UsageBarProps) {
  const share = usedShare({ usedBytes, availableBytes });
  if (usedBytes === null || sizeBytes === null || share === null) return <Unknown reason={unknown} />;
  const words = `${formatBytes(usedBytes)} of ${formatBytes(sizeBytes)} used`;
  return (
    <div className={cn('flex min-w-24 items-center gap-2', className)}>
      <meter
        className="sr-only"
        aria-label={`${label}: ${words}`}
        min={0}
        max={1}
        value={Math.min(1, share)}
      />
      <div
        aria-hidden="true"
        className="relative h-2 min-w-12 flex-1 overflow-hidden rounded-full bg-selected"
      >
        <div
          style={{ width: `${Math.min(1, share) * 100}%` }}
          className={cn('h-full', FILLS[usageSeverity(share) ?? 'well'])}
        />
        {USAGE_TICKS.map((tick) => (
          <span
            key={tick}
            style={{ left: `${tick * 100}%` }}
            className={cn('absolute inset-y-0 w-px', share > tick ? 'bg-bg' : 'bg-strong')}
          />
        ))}
      </div>
      {!bare && (
        <span className="w-14 shrink-0 text-right text-table tabular-nums">{formatPercent(share)}</span>
      )}
    </div>
  );
}
