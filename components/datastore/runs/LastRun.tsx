import { sentence } from '#domain/sentence.ts';
import { formatDuration } from '#domain/units.ts';
import { failedStep } from '../../task/prepare-steps.ts';
import { durationWords, resultWords, taskDurationMs, taskHref } from '../../task/task-words.ts';
import type { TaskView } from '../../trpc/views.ts';
import { Banner } from '../../ui/Banner.tsx';
import { ButtonLink } from '../../ui/Button.tsx';
import { TaskStateBadge } from '../../ui/StatusBadge.tsx';
import { RelativeTime } from '../../ui/time/RelativeTime.tsx';
import { TaskLink } from './ActiveRun.tsx';

interface LastRunProps {
  task: TaskView;
  /** Null where nothing is usual yet. */
  usualMs: number | null;
}

/** What the last run came to in words, when, how long, by whom, and the way to its log. */
export function LastRun({ task, usualMs }: LastRunProps) {
  if (task.state === 'failed') return <FailedRun task={task} />;
  const durationMs = taskDurationMs(task, 0);
  return (
    <div className="grid gap-1">
      <p className="text-heading wrap-anywhere">{resultWords(task) || 'It left no words.'}</p>
      <p className="flex flex-wrap items-center gap-x-3 gap-y-0.5 text-table text-muted">
        <TaskStateBadge state={task.state} since={endOf(task)} />
        {durationMs !== null && <span>took {durationWords(durationMs, usualMs)}</span>}
        <span>by {task.createdBy}</span>
        <TaskLink id={task.id}>Open log</TaskLink>
      </p>
    </div>
  );
}

/** Why, and what to do. */
function FailedRun({ task }: { task: TaskView }) {
  const { error, outcome, title } = task;
  const step = failedStep(task);
  const durationMs = taskDurationMs(task, 0);
  return (
    <Banner
      tone="err"
      title={
        <>
          {title} failed <RelativeTime at={endOf(task)} />
        </>
      }
      actions={
        <ButtonLink size="small" href={taskHref(task.id)}>
          Open log
        </ButtonLink>
      }
    >
      <div className="grid gap-1 select-text">
        <p>
          {sentence(error?.message ?? outcome ?? 'It gave no reason')} {error?.hint}
        </p>
        <p className="text-small">
          {step && `At “${step}”. `}
          Started by {task.createdBy}
          {durationMs !== null && `, after ${formatDuration(durationMs)}`}
          {error && (
            <>
              {' · '}
              <span className="font-mono">{error.code}</span>
            </>
          )}
        </p>
      </div>
    </Banner>
  );
}

function endOf(task: TaskView): number {
  return (task.finishedAt ?? task.startedAt ?? task.createdAt).getTime();
}
