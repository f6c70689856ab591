import Link from 'next/link';
import { formatCount, formatPercent } from '#domain/units.ts';
import type { Verification } from '../../trpc/views.ts';
import { Card } from '../../ui/Card.tsx';
import { cn } from '../../ui/class-names.ts';
import { Hint } from '../../ui/Hint.tsx';
import { Skeleton } from '../../ui/Skeleton.tsx';
import { StatusGlyph } from '../../ui/StatusGlyph.tsx';
import { RelativeTime } from '../../ui/time/RelativeTime.tsx';
import { type CoverageLine, chunkLines, coverageWords, prepareCoverage } from './prepare-verify.ts';

const LOOKS = {
  ok: { glyph: 'check', bar: 'bg-ok' },
  warn: { glyph: 'ring', bar: 'bg-warn' },
  err: { glyph: 'cross', bar: 'bg-err' },
} as const;

interface CoverageCardProps {
  name: string;
  /** Undefined until it is known. */
  verification: Verification | undefined;
}

/** Which share of the snapshots, and of the chunks, is known to be sound, and since when. */
export function CoverageCard({ name, verification }: CoverageCardProps) {
  const lines = verification && prepareCoverage(verification);
  return (
    <Card title="Coverage" note={lines && 'finished snapshots'}>
      {!verification && <Skeleton className="h-52" />}
      {lines === null && (
        <p className="text-muted">There is nothing to verify yet: no backup has finished.</p>
      )}
      {verification && lines && (
        <div className="grid gap-2">
          <p className="text-heading">{coverageWords(verification)}</p>
          <dl className="grid text-table">
            {lines.map((line) => (
              <Line key={line.label} name={name} line={line} />
            ))}
          </dl>
          <Chunks chunks={verification.chunks} />
        </div>
      )}
    </Card>
  );
}

/** The same by chunks: what a run reads is those, and large snapshots weigh more. */
function Chunks({ chunks }: { chunks: Verification['chunks'] }) {
  if (chunks === null || chunks.chunks === 0) return null;
  return (
    <div className="grid gap-1 border-t pt-2 text-table">
      <p className="text-muted">
        By chunks, as of <RelativeTime at={chunks.asOf.getTime()} />
      </p>
      <dl className="grid">
        {chunkLines(chunks).map(({ label, share, words }) => (
          <div
            key={label}
            className="grid grid-cols-[7.25rem_minmax(0,1fr)_3.25rem] items-center gap-x-3 py-1.5 not-last:border-b"
          >
            <dt className="text-muted">{label}</dt>
            <dd aria-hidden="true" className="h-2 overflow-hidden rounded-full bg-hover">
              <span className="block h-full bg-ok" style={{ width: `${share * 100}%` }} />
            </dd>
            <dd className="text-right tabular-nums">
              <Hint content={words}>{formatPercent(share)}</Hint>
            </dd>
          </div>
        ))}
      </dl>
    </div>
  );
}

function Line({ name, line }: { name: string; line: CoverageLine }) {
  const { label, snapshots, share, tone, verified } = line;
  const isQuiet = snapshots === 0;
  const { glyph, bar } = LOOKS[tone];
  return (
    <div className="grid grid-cols-[7.25rem_minmax(0,1fr)_3.25rem_3.25rem] items-center gap-x-3 py-1.5 not-last:border-b">
      <dt className="flex items-center gap-2 text-muted">
        <StatusGlyph glyph={glyph} tone={isQuiet ? 'muted' : tone} />
        {label}
      </dt>
      <dd aria-hidden="true" className="h-2 overflow-hidden rounded-full bg-hover">
        <span className={cn('block h-full', bar)} style={{ width: `${share * 100}%` }} />
      </dd>
      <dd className="text-right tabular-nums">
        {verified === null || isQuiet ? (
          formatCount(snapshots)
        ) : (
          <Link
            href={`/snapshots?${new URLSearchParams({ datastore: name, verified })}`}
            className="text-accent underline-offset-2 hover:underline"
          >
            {formatCount(snapshots)}
            <span className="sr-only"> snapshots, show them</span>
          </Link>
        )}
      </dd>
      <dd className="text-right text-muted tabular-nums">{formatPercent(share)}</dd>
    </div>
  );
}
