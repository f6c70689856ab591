'use client';

import { keepPreviousData, useMutation, useQuery } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import type { BackupId, BackupType, NamespacePath } from '#domain/ids.ts';
import { VERIFY_AGAIN_DAYS } from '#domain/job.ts';
import { countOf, formatBytes } from '#domain/units.ts';
import { verifyCommands } from '../../commands/datastore-commands.ts';
import { maybeErrorDetails } from '../../trpc/api-error.ts';
import { useTRPC } from '../../trpc/trpc.ts';
import { Button } from '../../ui/Button.tsx';
import { CommandLine } from '../../ui/CommandLine.tsx';
import { Dialog } from '../../ui/Dialog.tsx';
import { ErrorBanner } from '../../ui/ErrorState.tsx';
import { Field } from '../../ui/forms/Field.tsx';
import { Input } from '../../ui/forms/Input.tsx';
import { Select } from '../../ui/forms/Select.tsx';
import { KeyValueList } from '../../ui/KeyValueList.tsx';
import { datastoreHref } from '../datastore-words.ts';
import { NamespaceChoice } from '../prune/NamespaceChoice.tsx';
import { useRuns, useRunsRefresh } from '../runs/use-runs.ts';
import { usualFact } from '../runs/usual-fact.ts';
import { AGAIN_CHOICES, budgetBytes } from './prepare-verify.ts';

/** One group or one snapshot, which is read whatever is known of it. */
export interface VerifyTarget {
  namespace: NamespacePath;
  type: BackupType;
  id: BackupId;
  /** Null for the whole group. */
  time: number | null;
  /** What people call it. */
  label: string;
  snapshots: number;
  bytes: number | null;
}

interface RunVerifyDialogProps {
  name: string;
  target?: VerifyTarget | undefined;
  /** How old a result may be before it is read again: 0 always, null never. */
  again?: number | null;
  onClose: () => void;
}

/** Costs hours on a large datastore: what it does and how much it reads come first. */
export function RunVerifyDialog({ name, target, again, onClose }: RunVerifyDialogProps) {
  const trpc = useTRPC();
  const router = useRouter();
  const refresh = useRunsRefresh();
  const [namespace, setNamespace] = useState<string>(target?.namespace ?? '');
  const [days, setDays] = useState(again !== undefined ? again : target ? 0 : VERIFY_AGAIN_DAYS);
  const [budget, setBudget] = useState('');
  const { runs } = useRuns(name, 'datastore.verify');
  const due = useDue(name, namespace, days, target);
  const run = useMutation({
    ...trpc.datastore.verify.mutationOptions(),
    onSuccess: async () => {
      await refresh();
      onClose();
      router.push(datastoreHref(name, 'verify'));
    },
  });
  const error = maybeErrorDetails(run.error);
  const wish = {
    namespace,
    group: target ? { type: target.type, id: target.id } : null,
    time: target?.time ?? null,
    outdatedAfterDays: days,
    budgetBytes: budgetBytes(budget),
  };
  const usual = target || runs?.usualMs == null ? [] : [usualFact(runs.usualMs)];
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={target ? `Verify ${target.label}` : `Run verification on ${name}`}
      description="Reads every chunk once and checks it. Backups and restores go on meanwhile."
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            variant="primary"
            pending={run.isPending}
            onClick={() => run.mutate({ name, ...wish })}
            disabledReason={
              (runs?.active && 'One is on its way already') ||
              (due?.snapshots === 0 && 'Nothing is due with this choice')
            }
          >
            Run verification
          </Button>
        </>
      }
    >
      <div className="grid gap-4">
        {error && <ErrorBanner title="The verification did not start" error={error} />}
        <KeyValueList entries={[{ label: 'Reads', value: readsWords(due) }, FINDS, ...usual]} />
        {!target && (
          <>
            <NamespaceChoice name={name} value={namespace} onChange={setNamespace} />
            <Choices days={days} onDays={setDays} budget={budget} onBudget={setBudget} />
          </>
        )}
        <CommandLine forms={verifyCommands(name, wish)} />
      </div>
    </Dialog>
  );
}

const FINDS = {
  label: 'Damage',
  value: 'Damaged chunks are set aside; the next backup of the same data stores them anew.',
};

interface Due {
  snapshots: number;
  bytes: number | null;
}

/** Undefined until it is known. */
function useDue(
  name: string,
  namespace: string,
  days: number | null,
  target?: VerifyTarget,
): Due | undefined {
  const trpc = useTRPC();
  const { data } = useQuery({
    ...trpc.datastore.verification.queryOptions({ name, namespace, outdatedAfterDays: days }),
    placeholderData: keepPreviousData,
    enabled: target === undefined,
  });
  return target ?? data?.due;
}

function readsWords(due: Due | undefined): string {
  if (!due) return 'Looking …';
  const { snapshots, bytes } = due;
  if (snapshots === 0) return 'Nothing: no snapshot is due.';
  const size = bytes === null ? '' : `, at most ${formatBytes(bytes)}`;
  return `${countOf(snapshots, 'snapshot')}${size}. What several of them share is read once.`;
}

interface ChoicesProps {
  days: number | null;
  onDays: (days: number | null) => void;
  budget: string;
  onBudget: (budget: string) => void;
}

function Choices({ days, onDays, budget, onBudget }: ChoicesProps) {
  const choice = AGAIN_CHOICES.find((one) => one.days === days);
  return (
    <div className="grid gap-4 sm:grid-cols-2">
      <Field label="Read sound ones again" help={choice?.meaning}>
        <Select
          value={String(days)}
          onChange={(value) => onDays(value === 'null' ? null : Number(value))}
          options={AGAIN_CHOICES.map((one) => ({ value: String(one.days), label: one.label }))}
        />
      </Field>
      <Field
        label="Budget"
        optional
        help="Begins no further snapshot once so much was read, the oldest results first."
      >
        <Input
          inputMode="numeric"
          autoComplete="off"
          placeholder="No limit"
          unit="GiB"
          value={budget}
          onChange={(event) => onBudget(event.target.value.replace(/\D/g, '').slice(0, 7))}
        />
      </Field>
    </div>
  );
}
