'use client';

import { useQuery } from '@tanstack/react-query';
import Link from 'next/link';
import { countOf, formatCount } from '#domain/units.ts';
import { snapshotHref, snapshotId, snapshotLabel } from '../../snapshot/snapshot-words.ts';
import { VerifyMark } from '../../snapshot/VerifyMark.tsx';
import { errorDetails } from '../../trpc/api-error.ts';
import { useTRPC } from '../../trpc/trpc.ts';
import type { SnapshotView } from '../../trpc/views.ts';
import { Button } from '../../ui/Button.tsx';
import { Card } from '../../ui/Card.tsx';
import { ErrorBanner } from '../../ui/ErrorState.tsx';
import { failedQuestion } from './failed-question.ts';

interface FailuresCardProps {
  name: string;
  /** How many there are, as far as one may see them. */
  count: number;
  onVerify: () => void;
  disabledReason: string | false;
}

/** What is damaged, how, and what to do about it; nothing where all is sound. */
export function FailuresCard({ name, count, onVerify, disabledReason }: FailuresCardProps) {
  const trpc = useTRPC();
  const { data, error, refetch } = useQuery(trpc.snapshot.list.queryOptions(failedQuestion(name)));
  if (count === 0) return null;
  const shown = data?.snapshots ?? [];
  return (
    <Card
      title="Damaged snapshots"
      note={formatCount(count)}
      flush
      actions={
        <Button size="small" onClick={onVerify} disabledReason={disabledReason}>
          Verify again…
        </Button>
      }
    >
      <div className="grid gap-3 pt-1">
        <p className="px-4 text-table text-muted">
          A backup that still holds the same data stores damaged chunks anew. So back the machine up first,
          then verify again: what is whole by then is marked sound. Until that, restore from another snapshot
          of the group.
        </p>
        {error && (
          <ErrorBanner
            title="They could not be loaded"
            error={errorDetails(error)}
            onRetry={() => void refetch()}
          />
        )}
        <ul className="border-t">
          {shown.map((snapshot) => (
            <Failed key={snapshotId(snapshot)} snapshot={snapshot} />
          ))}
        </ul>
        {count > shown.length && shown.length > 0 && (
          <p className="px-4 pb-3 text-table">
            <Link
              href={`/snapshots?${new URLSearchParams({ datastore: name, verified: 'failed' })}`}
              className="text-accent underline-offset-2 hover:underline"
            >
              Show all {countOf(count, 'snapshot')}
            </Link>
          </p>
        )}
      </div>
    </Card>
  );
}

function Failed({ snapshot }: { snapshot: SnapshotView }) {
  const { namespace, damage } = snapshot;
  return (
    <li className="grid gap-0.5 px-4 py-2 text-table not-last:border-b">
      <p className="flex flex-wrap items-baseline gap-x-3 gap-y-0.5">
        <Link
          href={snapshotHref(snapshot)}
          className="min-w-0 font-medium wrap-anywhere underline-offset-2 hover:underline"
        >
          {namespace === '' ? '' : `${namespace}/`}
          {snapshotLabel(snapshot)}
        </Link>
        <VerifyMark snapshot={snapshot} />
      </p>
      <p className="wrap-anywhere text-muted select-text">
        {damage ?? 'What exactly stands in the log of the run that found it.'}
      </p>
    </li>
  );
}
