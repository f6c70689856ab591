'use client';

import { HardDriveUpload, Plus } from 'lucide-react';
import Link from 'next/link';
import type { ReactNode } from 'react';
import { useBackupDialog } from '../backup/BackupDialogProvider.tsx';
import { datastoreHref } from '../datastore/datastore-words.ts';
import { usePermissions } from '../session/use-permissions.ts';
import { resultWords, taskHref } from '../task/task-words.ts';
import type { Overview } from '../trpc/views.ts';
import { Button, ButtonLink } from '../ui/Button.tsx';
import { CommandHint } from '../ui/CommandHint.tsx';
import { cn } from '../ui/class-names.ts';
import { Progress } from '../ui/Progress.tsx';
import { StatusGlyph } from '../ui/StatusGlyph.tsx';
import type { Glyph, StatusTone } from '../ui/status-looks.ts';
import { STATE_WORDS, STEP_WORDS, stepCommand } from './checklist-words.ts';
import type { ChecklistStep } from './prepare-checklist.ts';

const LOOKS: Record<ChecklistStep['state'], { glyph: Glyph; tone: StatusTone }> = {
  done: { glyph: 'check', tone: 'ok' },
  running: { glyph: 'arc', tone: 'info' },
  failed: { glyph: 'cross', tone: 'err' },
  next: { glyph: 'ring', tone: 'info' },
  later: { glyph: 'dotted-ring', tone: 'muted' },
};

interface ChecklistItemProps {
  step: ChecklistStep;
  datastores: Overview['datastores'];
}

export function ChecklistItem({ step, datastores }: ChecklistItemProps) {
  const { glyph, tone } = LOOKS[step.state];
  const toDo = step.state === 'next' || step.state === 'failed';
  return (
    <li className="grid min-w-0 grid-cols-[12px_minmax(0,1fr)] items-baseline gap-x-3 border-b py-3 last:border-b-0 last:pb-0">
      <StatusGlyph glyph={glyph} tone={tone} className="translate-y-px" />
      <div className="flex min-w-0 flex-wrap items-start gap-x-6 gap-y-2">
        <div className="grid min-w-0 flex-[1_1_280px] gap-1">
          <h3 className={cn('font-medium', step.state === 'later' && 'text-muted')}>
            {STEP_WORDS[step.id].title}
            <span className="sr-only">, {STATE_WORDS[step.state]}</span>
          </h3>
          <Detail step={step} datastores={datastores} />
          {toDo && (
            <div className="text-table text-muted">
              <CommandHint text={stepCommand(step.id, datastores[0]?.name)} />
            </div>
          )}
        </div>
        {toDo && <Action step={step} />}
      </div>
    </li>
  );
}

function Detail({ step, datastores }: ChecklistItemProps) {
  const { task } = step;
  if (step.state === 'done') return <Done step={step} datastores={datastores} />;
  if (step.state === 'running' && task?.progress)
    return <Progress progress={task.progress} label={task.title} />;
  if (task) {
    return (
      <p className="text-table wrap-anywhere text-muted">
        <TextLink href={taskHref(task.id)}>
          {step.state === 'failed' ? 'The last try failed' : task.title}
        </TextLink>
        : {resultWords(task)}
      </p>
    );
  }
  return <p className="text-table text-muted">{STEP_WORDS[step.id].meaning}</p>;
}

/** What came of it. */
function Done({ step, datastores }: ChecklistItemProps) {
  const found = step.id === 'datastore' ? datastores[0] : datastores.find((each) => each.snapshotCount > 0);
  if (!found || step.id === 'backup') return null;
  return (
    <p className="text-table text-muted">
      <TextLink href={datastoreHref(found.name, step.id === 'snapshot' ? 'content' : 'summary')}>
        {step.id === 'snapshot' ? `Look at it in ${found.name}` : found.name}
      </TextLink>
    </p>
  );
}

function Action({ step }: { step: ChecklistStep }) {
  const openBackup = useBackupDialog();
  const { lacks, holdsBelow } = usePermissions();
  if (step.id === 'snapshot') return null;
  if (step.id === 'datastore') {
    const missing = lacks('/datastore', 'Datastore.Allocate');
    if (missing) return <p className="text-table text-muted">{missing}.</p>;
    return (
      <ButtonLink href="/datastores/new" variant="primary" icon={<Plus />}>
        Add datastore
      </ButtonLink>
    );
  }
  return (
    <Button
      variant="primary"
      icon={<HardDriveUpload />}
      onClick={() => openBackup()}
      disabledReason={
        !holdsBelow('/datastore', 'Datastore.Backup') && 'You need Datastore.Backup on /datastore'
      }
    >
      Back up a machine
    </Button>
  );
}

function TextLink({ href, children }: { href: string; children: ReactNode }) {
  return (
    <Link href={href} className="rounded-sm text-accent underline underline-offset-2">
      {children}
    </Link>
  );
}
