'use client';

import { useQuery } from '@tanstack/react-query';
import { Clock, TriangleAlert } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { DEFAULT_JOB, isSameJob } from '#domain/job.ts';
import { datastorePath } from '#domain/permissions.ts';
import { scheduleCommands } from '../../commands/datastore-commands.ts';
import { usePermissions } from '../../session/use-permissions.ts';
import { errorDetails } from '../../trpc/api-error.ts';
import { useTRPC } from '../../trpc/trpc.ts';
import type { DatastoreDetail, DatastoreJobs, JobView } from '../../trpc/views.ts';
import { Button } from '../../ui/Button.tsx';
import { Card } from '../../ui/Card.tsx';
import { CommandHint } from '../../ui/CommandHint.tsx';
import { ErrorBanner } from '../../ui/ErrorState.tsx';
import { Skeleton } from '../../ui/Skeleton.tsx';
import { RelativeTime } from '../../ui/time/RelativeTime.tsx';
import { NextRuns } from './NextRuns.tsx';
import { ScheduleDialog } from './ScheduleDialog.tsx';
import { draftOf } from './schedule-draft.ts';

interface ScheduleCardProps {
  datastore: DatastoreDetail;
  kind: JobView['kind'];
  /** More about what the schedule does. */
  children?: ReactNode;
}

/** When it runs by itself: in words, the next times, and what holds it up. */
export function ScheduleCard({ datastore, kind, children }: ScheduleCardProps) {
  const trpc = useTRPC();
  const { lacks } = usePermissions();
  const [editing, setEditing] = useState(false);
  const { name } = datastore;
  const { data, error } = useQuery(trpc.datastore.jobs.queryOptions({ name }));
  const job = data?.jobs.find((one) => isSameJob(one, { kind, name: DEFAULT_JOB }));
  return (
    <Card
      title="Schedule"
      actions={
        <Button
          size="small"
          onClick={() => job && setEditing(true)}
          disabledReason={lacks(datastorePath(name), 'Datastore.Allocate')}
        >
          Change…
        </Button>
      }
      footer={job && <CommandHint text={scheduleCommands(name, kind, draftOf(job))} />}
    >
      {error && <ErrorBanner title="The schedule could not be loaded" error={errorDetails(error)} />}
      {!job && !error && <Skeleton className="h-40" />}
      {data && job && (
        <div className="grid gap-3">
          <Meaning job={job} />
          <ScheduleNotes job={job} clashes={data.clashes} />
          {children}
          <NextRuns times={job.next.map((at) => at.getTime())} zone={job.zone} />
        </div>
      )}
      {data && job && editing && (
        <ScheduleDialog datastore={datastore} jobs={data} job={job} onClose={() => setEditing(false)} />
      )}
    </Card>
  );
}

export function Meaning({ job }: { job: JobView }) {
  return (
    <p>
      <span className="text-heading">{job.words}</span>
      {job.window && <span className="text-muted">, only {job.window}</span>}
    </p>
  );
}

/** With many jobs the first ones tell enough. */
const CLASHES_MAX = 3;

/** What is odd or in the way; nothing where all is well. */
export function ScheduleNotes({ job, clashes }: { job: JobView; clashes: DatastoreJobs['clashes'] }) {
  const { idle, waiting, overdue, dueSince, notice } = job;
  return (
    <>
      {idle && <Note>{idle}</Note>}
      {dueSince && (
        <Note warns={overdue}>
          Due <RelativeTime at={dueSince.getTime()} />
          {overdue ? ', and not started. ' : '. '}
          {waiting}
        </Note>
      )}
      {notice && (
        <Note warns>
          {notice.words} <RelativeTime at={notice.at.getTime()} />
        </Note>
      )}
      {clashes
        .filter(({ jobs }) => jobs.some((one) => isSameJob(one, job)))
        .slice(0, CLASHES_MAX)
        .map(({ words }) => (
          <Note key={words}>{words}</Note>
        ))}
    </>
  );
}

/** What is odd about what it keeps. */
export function JobWarnings({ warnings }: Pick<JobView, 'warnings'>) {
  return warnings.map((words) => (
    <Note key={words} warns>
      {words}
    </Note>
  ));
}

export function Note({ warns = false, children }: { warns?: boolean; children: ReactNode }) {
  const Icon = warns ? TriangleAlert : Clock;
  return (
    <p className="flex gap-2 text-table">
      <Icon
        aria-hidden="true"
        className={warns ? 'mt-0.5 size-3.5 shrink-0 text-warn' : 'mt-0.5 size-3.5 shrink-0 text-muted'}
      />
      <span className="min-w-0">{children}</span>
    </p>
  );
}
