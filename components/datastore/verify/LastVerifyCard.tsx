import { ShieldCheck } from 'lucide-react';
import { formatDuration } from '#domain/units.ts';
import { type VerifyResult, verifyWords } from '#domain/verify.ts';
import { verifyCommands } from '../../commands/datastore-commands.ts';
import { taskDurationMs, taskHref } from '../../task/task-words.ts';
import type { TaskView } from '../../trpc/views.ts';
import { Banner } from '../../ui/Banner.tsx';
import { ButtonLink } from '../../ui/Button.tsx';
import { RelativeTime } from '../../ui/time/RelativeTime.tsx';
import { LastRun } from '../runs/LastRun.tsx';
import { RunCard, type RunCardTab } from '../runs/RunCard.tsx';
import { readVerifyResult } from './prepare-verify.ts';

const EMPTY = {
  icon: <ShieldCheck />,
  title: 'No verification yet',
  words:
    'Disks lose bits without a word. A verification reads what snapshots need and checks every byte, so that ' +
    'damage is found while a backup can still mend it.',
};

/** What runs now, and what the last run came to. */
export function LastVerifyCard(tab: RunCardTab) {
  return (
    <RunCard
      {...tab}
      verb="Run verification…"
      empty={EMPTY}
      command={`ironcore-backup datastore verify ${tab.name}`}
      forms={verifyCommands(tab.name)}
    >
      {({ last, usualMs }) => last && <Last task={last} usualMs={usualMs} />}
    </RunCard>
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
