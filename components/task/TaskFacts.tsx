import Link from 'next/link';
import { parseLocatedSnapshot } from '#domain/ids.ts';
import { retryCommand } from '../commands/task-commands.ts';
import { datastoreHref } from '../datastore/datastore-words.ts';
import { snapshotHref, snapshotLabel } from '../snapshot/snapshot-words.ts';
import type { TaskDetail } from '../trpc/views.ts';
import { Card } from '../ui/Card.tsx';
import { CommandHint } from '../ui/CommandHint.tsx';
import { type KeyValue, KeyValueList } from '../ui/KeyValueList.tsx';
import { Progress } from '../ui/Progress.tsx';
import { AbsoluteTime } from '../ui/time/AbsoluteTime.tsx';
import { RelativeTime } from '../ui/time/RelativeTime.tsx';
import { prepareResult } from './prepare-result.ts';
import { prepareSteps } from './prepare-steps.ts';
import { TaskSteps } from './TaskSteps.tsx';
import { TaskDuration } from './task-columns.tsx';

/** Who, when, how far; then what it came to. */
export function TaskFacts({ task }: { task: TaskDetail }) {
  const hasSteps = prepareSteps(task).length > 0;
  const numbers = prepareResult(task.result);
  return (
    <div className="grid gap-4 lg:grid-cols-2">
      <Card title="Task" footer={task.notAgain === null && <CommandHint text={retryCommand(task.id)} />}>
        <KeyValueList entries={factsOf(task)} />
      </Card>
      <Card title={task.finishedAt ? 'Result' : 'Progress'}>
        <div className="grid gap-3">
          {task.outcome && <p className="wrap-anywhere">{task.outcome}</p>}
          {task.state === 'queued' && <p className="text-muted">It waits for a worker.</p>}
          {hasSteps && <TaskSteps task={task} />}
          {!hasSteps && task.state === 'running' && (
            <Progress progress={task.progress ?? { phase: 'Starting' }} label={task.title} />
          )}
          {numbers.length > 0 && <KeyValueList layout="apart" entries={numbers} />}
        </div>
      </Card>
    </div>
  );
}

function factsOf(task: TaskDetail): KeyValue[] {
  return [
    ...(task.datastore
      ? [
          {
            label: 'Datastore',
            value: wasMade(task) ? (
              <PlainLink href={datastoreHref(task.datastore)}>{task.datastore}</PlainLink>
            ) : (
              task.datastore
            ),
          },
        ]
      : []),
    ...snapshotFact(task),
    { label: 'Started by', value: task.createdBy },
    { label: 'Queued', value: <Moment at={task.createdAt} /> },
    ...(task.startedAt ? [{ label: 'Started', value: <Moment at={task.startedAt} /> }] : []),
    ...(task.finishedAt ? [{ label: 'Ended', value: <Moment at={task.finishedAt} /> }] : []),
    { label: 'Duration', value: <TaskDuration task={task} /> },
    ...(task.attempt > 1 ? [{ label: 'Attempt', value: String(task.attempt) }] : []),
    ...(task.warnings > 0 ? [{ label: 'Warnings', value: String(task.warnings) }] : []),
    { label: 'Id', value: <span className="font-mono text-small break-all">{task.id}</span> },
  ];
}

/** What failed to become a datastore has no page. */
function wasMade({ kind, state }: TaskDetail): boolean {
  const makes = kind === 'datastore.create' || kind === 'datastore.adopt';
  return !makes || state === 'succeeded' || state === 'warnings';
}

/** A backup and a restore are about one snapshot, which may be gone by now. */
function snapshotFact({ kind, subject }: TaskDetail): KeyValue[] {
  const located = kind === 'backup' || kind === 'restore' ? parseLocatedSnapshot(subject) : null;
  if (!located?.ok) return [];
  const snapshot = { datastore: located.value.datastore, ...located.value.ref };
  return [
    {
      label: 'Snapshot',
      value: <PlainLink href={snapshotHref(snapshot)}>{snapshotLabel(snapshot)}</PlainLink>,
    },
  ];
}

function Moment({ at }: { at: Date }) {
  return (
    <>
      <AbsoluteTime at={at.getTime()} />{' '}
      <span className="text-muted">
        <RelativeTime at={at.getTime()} />
      </span>
    </>
  );
}

function PlainLink({ href, children }: { href: string; children: string }) {
  return (
    <Link href={href} className="text-accent underline-offset-2 hover:underline">
      {children}
    </Link>
  );
}
