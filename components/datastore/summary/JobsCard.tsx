import Link from 'next/link';
import { sentence } from '#domain/sentence.ts';
import { formatDuration } from '#domain/units.ts';
import { showDatastoreCommand } from '../../commands/datastore-commands.ts';
import { taskHref } from '../../task/task-words.ts';
import type { DatastoreDetail, JobSummary } from '../../trpc/views.ts';
import { Card } from '../../ui/Card.tsx';
import { CommandHint } from '../../ui/CommandHint.tsx';
import { RelativeTime } from '../../ui/time/RelativeTime.tsx';
import { jobHref, jobTitle } from '../job-words.ts';
import { LastJobRun } from '../LastJobRun.tsx';

/** What it does by itself: how each job last went, how long that usually takes, and when it runs next. */
export function JobsCard({ datastore }: { datastore: DatastoreDetail }) {
  const { name, jobs } = datastore;
  return (
    <Card title="Jobs" footer={<CommandHint text={showDatastoreCommand(name)} />}>
      <ul className="grid">
        {jobs.map((job, index) => (
          <li
            key={`${job.kind} ${index.toString()}`}
            className="grid gap-x-4 border-b py-2 text-table last:border-b-0 sm:grid-cols-[168px_minmax(0,1fr)]"
          >
            <Link href={jobHref(name, job.kind)} className="font-medium underline-offset-2 hover:underline">
              {jobTitle(job.kind, job.name)}
            </Link>
            <div className="grid min-w-0 gap-0.5">
              <Last job={job} />
              <p className="text-muted">
                <Next job={job} />
              </p>
            </div>
          </li>
        ))}
      </ul>
    </Card>
  );
}

function Last({ job }: { job: JobSummary }) {
  const { last, usualMs, activeTaskId } = job;
  const id = activeTaskId ?? (last?.forgotten ? null : last?.taskId);
  const mark = <LastJobRun job={job} />;
  return (
    <p className="flex min-w-0 flex-wrap items-baseline gap-x-2">
      {mark}
      {id && (
        <Link href={taskHref(id)} className="rounded-sm text-accent underline-offset-2 hover:underline">
          Open log
        </Link>
      )}
      {usualMs !== null && <span className="text-muted">usually {formatDuration(usualMs)}</span>}
    </p>
  );
}

function Next({ job }: { job: JobSummary }) {
  const { next, words, idle, dueSince, overdue, waiting } = job;
  if (idle) return idle;
  if (dueSince) {
    return (
      <span className={overdue ? 'text-err' : undefined}>
        {overdue ? 'Overdue' : 'Due'} since <RelativeTime at={dueSince.getTime()} />.{' '}
        {waiting && sentence(waiting)}
      </span>
    );
  }
  if (!next) return words;
  return (
    <>
      Next <RelativeTime at={next.getTime()} />: {words}
    </>
  );
}
