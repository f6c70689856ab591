import Link from 'next/link';
import type { ReactNode } from 'react';
import { formatRate } from '#domain/units.ts';
import { Sparkline } from '../charts/Sparkline.tsx';
import { sparkPoints } from '../charts/spark-points.ts';
import type { DatastoreView } from '../trpc/views.ts';
import { Bytes } from '../ui/Bytes.tsx';
import { DatastoreStatusBadge } from '../ui/StatusBadge.tsx';
import { RelativeTime } from '../ui/time/RelativeTime.tsx';
import { UsageBar } from '../ui/UsageBar.tsx';
import { DedupRatio, UsedOfSize } from './columns.tsx';
import { datastoreHref, KIND_WORDS } from './datastore-words.ts';
import { jobHref } from './job-words.ts';
import { LastJobRun } from './LastJobRun.tsx';
import { PinButton } from './PinButton.tsx';

interface DatastoreCardProps {
  datastore: DatastoreView;
  /** Bytes a second, oldest first, one point for each 15 minutes; left out where it is not known. */
  writeRates?: readonly (number | null)[];
  /** When the rates were read, ms since 1970. */
  at?: number;
}

export function DatastoreCard({ datastore, writeRates, at = 0 }: DatastoreCardProps) {
  const { name, status, statusReason, statusSince } = datastore;
  return (
    <article className="grid min-w-0 content-start gap-3 rounded-lg border bg-bg p-4">
      <header className="grid min-w-0 gap-0.5">
        <div className="flex min-w-0 items-center gap-1">
          <h3 className="min-w-0 flex-1 truncate text-heading font-semibold">
            <Link href={datastoreHref(name)} className="underline-offset-2 hover:underline">
              {name}
            </Link>
          </h3>
          <PinButton name={name} />
        </div>
        <div className="flex min-w-0 flex-wrap items-center justify-between gap-x-3 text-table">
          <DatastoreStatusBadge
            status={status}
            since={statusSince.getTime()}
            reason={statusReason || undefined}
          />
          <span className="text-muted">{KIND_WORDS[datastore.kind]}</span>
        </div>
      </header>
      <div className="grid gap-1">
        <UsageBar
          usedBytes={datastore.usedBytes}
          availableBytes={datastore.availableBytes}
          sizeBytes={datastore.totalBytes}
          label={name}
          unknown="Not measured: the storage has not answered yet"
        />
        <p className="text-table">
          <UsedOfSize row={datastore} />
        </p>
      </div>
      <dl className="grid grid-cols-3 gap-3 border-t pt-3 text-table">
        <Fact label="Dedup">
          <DedupRatio row={datastore} />
        </Fact>
        <Fact label="Last backup">
          <RelativeTime at={datastore.lastBackupAt?.getTime()} unknown="No backup yet" />
        </Fact>
        <Fact label="Writes now">
          <Bytes value={datastore.writeRate} perSecond />
        </Fact>
      </dl>
      <dl className="grid grid-cols-3 gap-3 text-table">
        {JOBS.map((kind) => (
          <Fact key={kind} label={`Last ${kind === 'gc' ? 'GC' : kind}`} href={jobHref(name, kind)}>
            <LastJobRun job={datastore.jobs.find((job) => job.kind === kind)} />
          </Fact>
        ))}
      </dl>
      {writeRates && <WriteRates name={name} rates={writeRates} at={at} />}
    </article>
  );
}

/** How each last went, whoever started it. */
const JOBS = ['prune', 'gc', 'verify'] as const;

interface FactProps {
  label: string;
  href?: string;
  children: ReactNode;
}

function Fact({ label, href, children }: FactProps) {
  return (
    <div className="min-w-0">
      <dt className="truncate text-small text-muted">
        {href ? (
          <Link href={href} className="rounded-sm underline-offset-2 hover:underline">
            {label}
          </Link>
        ) : (
          label
        )}
      </dt>
      <dd className="truncate">{children}</dd>
    </div>
  );
}

function WriteRates({ name, rates, at }: { name: string; rates: readonly (number | null)[]; at: number }) {
  const points = sparkPoints(rates, at);
  const max = Math.max(0, ...rates.map((rate) => rate ?? 0));
  return (
    <div className="flex items-end justify-between gap-3 text-small text-muted">
      <span>
        Written, 24 h
        <br />
        {rates.some((rate) => rate !== null) ? `at most ${formatRate(max)}` : 'not measured yet'}
      </span>
      <Sparkline points={points} label={`Write rate of ${name} over 24 hours, at most ${formatRate(max)}`} />
    </div>
  );
}
