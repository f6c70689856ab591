import { ShieldCheck } from 'lucide-react';
import { formatDuration } from '#domain/units.ts';
import { type VerifyResult, verifyWords } from '#domain/verify.ts';
import { verifyCommands } from '../../commands/datastore-commands.ts';
import { taskDurationMs, taskHref } from '../../task/task-words.ts';
import type { TaskView } from '../../trpc/views.ts';
import { Banner } from '../../ui/Banner.tsx';
import { Button, ButtonLink } from '../../ui/Button.tsx';
import { Card } from '../../ui/Card.tsx';
import { CommandHint } from '../../ui/CommandHint.tsx';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { Skeleton } from '../../ui/Skeleton.tsx';
import { RelativeTime } from '../../ui/time/RelativeTime.tsx';
import { ActiveRun } from '../runs/ActiveRun.tsx';
import { LastRun } from '../runs/LastRun.tsx';
import type { Runs } from '../runs/prepare-runs.ts';
import { readVerifyResult } from './prepare-verify.ts';

interface LastVerifyCardProps {
  name: string;
  /** Undefined until they are known. */
  runs: Runs | undefined;
  onRun: () => void;
  disabledReason: string | false;
}

/** What runs now, and what the last run came to. */
export function LastVerifyCard({ name, runs, onRun, disabledReason }: LastVerifyCardProps) {
  const isFirst = runs?.last === null && runs.active === null;
  const run = (
    <Button
      size={isFirst ? 'medium' : 'small'}
      variant="primary"
      onClick={onRun}
      disabledReason={disabledReason || (runs?.active && 'One is on its way already')}
    >
      Run verification…
    </Button>
  );
  if (isFirst) {
    return (
      <Card>
        <EmptyState
          icon={<ShieldCheck />}
          title="No verification yet"
          action={run}
          command={`ironcore-backup datastore verify ${name}`}
        >
          Disks lose bits without a word. A verification reads what snapshots need and checks every byte, so
          that damage is found while a backup can still mend it.
        </EmptyState>
      </Card>
    );
  }
  return (
    <Card title="Last run" actions={run} footer={<CommandHint text={verifyCommands(name)} />}>
      {runs ? (
        <div className="grid gap-3">
          {runs.active && <ActiveRun task={runs.active} />}
          {runs.last && <Last task={runs.last} usualMs={runs.usualMs} />}
        </div>
      ) : (
        <Skeleton className="h-24" />
      )}
    </Card>
  );
}

function Last({ task, usualMs }: { task: TaskView; usualMs: number | null }) {
  const result = readVerifyResult(task);
  if (result && result.failed > 0) return <DamageFound task={task} result={result} />;
  return <LastRun task={task} usualMs={usualMs} />;
}

/** The run did what it is for; what it found needs somebody. */
function DamageFound({ task, result }: { task: TaskView; result: VerifyResult }) {
  const durationMs = taskDurationMs(task, 0);
  return (
    <Banner
      tone="err"
      title={
        <>
          Damage found <RelativeTime at={task.finishedAt?.getTime()} />
        </>
      }
      actions={
        <ButtonLink size="small" href={taskHref(task.id)}>
          Open log
        </ButtonLink>
      }
    >
      <div className="grid gap-1 select-text">
        <p>{verifyWords(result)}</p>
        <p className="text-small">
          {task.subject}, by {task.createdBy}
          {durationMs !== null && `, took ${formatDuration(durationMs)}`}
        </p>
      </div>
    </Banner>
  );
}
