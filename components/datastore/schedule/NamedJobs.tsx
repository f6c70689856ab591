'use client';

import Link from 'next/link';
import { useState } from 'react';
import { DEFAULT_JOB, type NamedKind } from '#domain/job.ts';
import { datastorePath } from '#domain/permissions.ts';
import { listJobsCommand } from '../../commands/job-commands.ts';
import { usePermissions } from '../../session/use-permissions.ts';
import { taskHref } from '../../task/task-words.ts';
import type { DatastoreDetail, DatastoreJobs, JobView } from '../../trpc/views.ts';
import { Button, ButtonLink } from '../../ui/Button.tsx';
import { Card } from '../../ui/Card.tsx';
import { CommandHint } from '../../ui/CommandHint.tsx';
import { RelativeTime } from '../../ui/time/RelativeTime.tsx';
import { simulationHref } from '../prune/policy-address.ts';
import { addWords, doesWords, listTitle, newJobOf } from './job-draft.ts';
import { RemoveJobDialog } from './RemoveJobDialog.tsx';
import { JobWarnings, Meaning, ScheduleNotes } from './ScheduleCard.tsx';
import { ScheduleDialog } from './ScheduleDialog.tsx';

interface NamedJobsProps {
  datastore: DatastoreDetail;
  jobs: DatastoreJobs;
  kind: NamedKind;
}

/** What is done besides the schedule of the whole: each for a part, with a name. */
export function NamedJobs({ datastore, jobs, kind }: NamedJobsProps) {
  const { lacks } = usePermissions();
  const [adding, setAdding] = useState(false);
  const { name } = datastore;
  const own = jobs.jobs.filter((job) => job.kind === kind && job.name !== DEFAULT_JOB);
  const disabledReason = lacks(datastorePath(name), 'Datastore.Allocate');
  return (
    <Card
      title={listTitle(kind)}
      note={own.length > 0 ? own.length : undefined}
      actions={
        <Button size="small" onClick={() => setAdding(true)} disabledReason={disabledReason}>
          {addWords(kind)}…
        </Button>
      }
      footer={own.length > 0 && <CommandHint text={listJobsCommand(name)} />}
    >
      {own.length === 0 && <p className="text-table text-muted">{EMPTY[kind]}</p>}
      <ul className="grid">
        {own.map((job) => (
          <li key={job.name} className="grid gap-2 border-t py-3 first:border-t-0 first:pt-0 last:pb-0">
            <NamedJob {...{ datastore, jobs, job, disabledReason }} />
          </li>
        ))}
      </ul>
      {adding && (
        <ScheduleDialog
          {...{ datastore, jobs }}
          job={newJobOf(kind)}
          isNew
          onClose={() => setAdding(false)}
        />
      )}
    </Card>
  );
}

/** Who waits for whom is told where a schedule is chosen; with several jobs it would hide the rest here. */
const NO_CLASHES: DatastoreJobs['clashes'] = [];

const EMPTY: Record<NamedKind, string> = {
  prune: 'None. A namespace may have a policy and a schedule of its own.',
  verify: 'None. A namespace may have a schedule of its own.',
};

interface NamedJobProps {
  datastore: DatastoreDetail;
  jobs: DatastoreJobs;
  job: JobView;
  disabledReason: string | null | false;
}

function NamedJob({ datastore, jobs, job, disabledReason }: NamedJobProps) {
  const [asking, setAsking] = useState<'change' | 'remove' | null>(null);
  const { kind, name, options } = job;
  const close = () => setAsking(null);
  return (
    <>
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <h3 className="min-w-0 wrap-anywhere font-mono font-medium">{name}</h3>
        <div className="ml-auto flex flex-wrap gap-1">
          {kind === 'prune' && (
            <ButtonLink
              size="small"
              variant="ghost"
              href={simulationHref(options)}
              aria-label={`Try ${name} in the simulator`}
            >
              Try in simulator
            </ButtonLink>
          )}
          <Button
            size="small"
            variant="ghost"
            aria-label={`Change ${name}…`}
            onClick={() => setAsking('change')}
            disabledReason={disabledReason}
          >
            Change…
          </Button>
          <Button
            size="small"
            variant="ghost"
            aria-label={`Remove ${name}…`}
            onClick={() => setAsking('remove')}
            disabledReason={disabledReason}
          >
            Remove…
          </Button>
        </div>
      </div>
      <div className="grid gap-1 text-table">
        <Meaning job={job} />
        <p className="wrap-anywhere">{doesWords(job)}</p>
        <Runs job={job} />
        <ScheduleNotes job={job} clashes={NO_CLASHES} />
        <JobWarnings warnings={job.warnings} />
      </div>
      {asking === 'change' && <ScheduleDialog {...{ datastore, jobs, job }} onClose={close} />}
      {asking === 'remove' && <RemoveJobDialog {...{ datastore, job }} onClose={close} />}
    </>
  );
}

function Runs({ job: { next, last } }: { job: JobView }) {
  const [first] = next;
  return (
    <p className="text-muted">
      {first && (
        <>
          Next <RelativeTime at={first.getTime()} />.{' '}
        </>
      )}
      {last ? (
        <>
          Last run{' '}
          {last.forgotten ? (
            last.state
          ) : (
            <Link
              href={taskHref(last.taskId)}
              className="rounded-sm underline underline-offset-2 hover:text-accent"
            >
              {last.state}
            </Link>
          )}{' '}
          <RelativeTime at={(last.finishedAt ?? last.startedAt).getTime()} />
          {last.outcome && `: ${last.outcome}`}
        </>
      ) : (
        'It has not run yet.'
      )}
    </p>
  );
}
