'use client';

import { useMutation } from '@tanstack/react-query';
import { countOf } from '#domain/units.ts';
import { gcCommands } from '../../commands/datastore-commands.ts';
import { errorDetails } from '../../trpc/api-error.ts';
import { useTRPC } from '../../trpc/trpc.ts';
import { Button } from '../../ui/Button.tsx';
import { Bytes } from '../../ui/Bytes.tsx';
import { Card } from '../../ui/Card.tsx';
import { CommandHint } from '../../ui/CommandHint.tsx';
import { ErrorBanner } from '../../ui/ErrorState.tsx';
import { Skeleton } from '../../ui/Skeleton.tsx';
import { RelativeTime } from '../../ui/time/RelativeTime.tsx';
import { ActiveRun, TaskLink } from '../runs/ActiveRun.tsx';
import { LastRun } from '../runs/LastRun.tsx';
import type { Runs } from '../runs/prepare-runs.ts';
import { useRunsRefresh } from '../runs/use-runs.ts';
import { graceWords, isOutdated, previewWords, readGcResult } from './prepare-gc.ts';
import { TopUse } from './TopUse.tsx';

interface PreviewCardProps {
  name: string;
  previews: Runs | undefined;
  lastRun: Runs['last'];
  disabledReason: string | false;
}

/** What a collection would free now; nothing is changed by asking. */
export function PreviewCard({ name, previews, lastRun, disabledReason }: PreviewCardProps) {
  const trpc = useTRPC();
  const onSuccess = useRunsRefresh();
  const preview = useMutation({ ...trpc.datastore.gcPreview.mutationOptions(), onSuccess });
  return (
    <Card
      title="Preview"
      actions={
        <Button
          size="small"
          pending={preview.isPending || Boolean(previews?.active)}
          onClick={() => preview.mutate({ name })}
          disabledReason={disabledReason}
        >
          Preview
        </Button>
      }
      footer={<CommandHint text={gcCommands(name, { preview: true })} />}
    >
      <div className="grid gap-3">
        {preview.error && (
          <ErrorBanner
            title="The preview did not start"
            error={errorDetails(preview.error)}
            onDismiss={preview.reset}
          />
        )}
        {previews?.active && <ActiveRun task={previews.active} />}
        {previews ? <Told previews={previews} lastRun={lastRun} /> : <Skeleton className="h-20" />}
        <TopUse name={name} />
      </div>
    </Card>
  );
}

function Told({ previews, lastRun }: { previews: Runs; lastRun: Runs['last'] }) {
  const { last } = previews;
  if (last === null) {
    return (
      <p className="text-muted">
        Tells how much a garbage collection would free now and after the grace, and which namespaces, groups
        and snapshots hold the most space. It reads only.
      </p>
    );
  }
  const result = readGcResult(last);
  if (!result) return <LastRun task={last} usualMs={null} />;
  const { removedBytes, removedChunks, pendingBytes, pendingChunks, graceMinutes } = result;
  return (
    <>
      <p className="text-heading">{previewWords(result)}</p>
      <dl className="grid grid-cols-2 gap-x-6 text-table">
        <Amount label="Now" bytes={removedBytes} chunks={removedChunks} />
        <Amount
          label={graceMinutes === 0 ? 'Used just now' : `Within ${graceWords(graceMinutes)} of the last use`}
          bytes={pendingBytes}
          chunks={pendingChunks}
        />
      </dl>
      <p className="text-table text-muted">
        As of <RelativeTime at={last.finishedAt?.getTime()} />.{' '}
        {isOutdated(last, lastRun) && 'A garbage collection has run since. '}
        <TaskLink id={last.id}>Open log</TaskLink>
      </p>
    </>
  );
}

function Amount({ label, bytes, chunks }: { label: string; bytes: number; chunks: number }) {
  return (
    <div className="min-w-0">
      <dt className="text-small text-muted">{label}</dt>
      <dd>
        <span className="text-heading font-semibold">
          <Bytes value={bytes} />
        </span>{' '}
        <span className="text-muted">{countOf(chunks, 'chunk')}</span>
      </dd>
    </div>
  );
}
