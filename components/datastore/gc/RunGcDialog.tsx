'use client';

import { useMutation } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { GRACE_DEFAULT_MINUTES } from '#domain/gc.ts';
import { gcCommands } from '../../commands/datastore-commands.ts';
import { maybeErrorDetails } from '../../trpc/api-error.ts';
import { useTRPC } from '../../trpc/trpc.ts';
import type { DatastoreView } from '../../trpc/views.ts';
import { Button } from '../../ui/Button.tsx';
import { CommandLine } from '../../ui/CommandLine.tsx';
import { Dialog } from '../../ui/Dialog.tsx';
import { ErrorBanner } from '../../ui/ErrorState.tsx';
import { Field } from '../../ui/forms/Field.tsx';
import { Select } from '../../ui/forms/Select.tsx';
import { type KeyValue, KeyValueList } from '../../ui/KeyValueList.tsx';
import { RelativeTime } from '../../ui/time/RelativeTime.tsx';
import { datastoreHref } from '../datastore-words.ts';
import { useRuns, useRunsRefresh } from '../runs/use-runs.ts';
import { usualFact } from '../runs/usual-fact.ts';
import { StopField } from '../schedule/OptionFields.tsx';
import { stopPercentOf, stopProblem } from '../schedule/option-draft.ts';
import { type Estimate, estimateRun, GRACE_CHOICES } from './prepare-gc.ts';

interface RunGcDialogProps {
  datastore: DatastoreView;
  onClose: () => void;
}

/** Costs hours on a large datastore: what it does, what it would free and how long it takes come first. */
export function RunGcDialog({ datastore, onClose }: RunGcDialogProps) {
  const trpc = useTRPC();
  const router = useRouter();
  const refresh = useRunsRefresh();
  const { name } = datastore;
  const [graceMinutes, setGraceMinutes] = useState(GRACE_DEFAULT_MINUTES);
  const [stop, setStop] = useState('');
  const stopPercent = stopPercentOf(stop);
  const { runs } = useRuns(name, 'datastore.gc');
  const { runs: previews } = useRuns(name, 'datastore.gcPreview');
  const run = useMutation({
    ...trpc.datastore.gc.mutationOptions(),
    onSuccess: async () => {
      await refresh();
      onClose();
      router.push(datastoreHref(name, 'gc'));
    },
  });
  const error = maybeErrorDetails(run.error);
  const estimate = estimateRun({
    lastPreview: previews?.lastGood ?? null,
    lastRun: runs?.lastGood ?? null,
    usualMs: runs?.usualMs ?? null,
  });
  const grace = GRACE_CHOICES.find(({ minutes }) => minutes === graceMinutes);
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={`Run garbage collection on ${name}`}
      description="Removes the chunks that no snapshot needs. Backups and restores go on meanwhile."
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            variant="primary"
            pending={run.isPending}
            onClick={() => run.mutate({ name, graceMinutes, stopPercent })}
            disabledReason={(runs?.active && 'One is on its way already') || stopProblem(stop)}
          >
            Run garbage collection
          </Button>
        </>
      }
    >
      <div className="grid gap-4">
        {error && <ErrorBanner title="The garbage collection did not start" error={error} />}
        <KeyValueList entries={estimateFacts(estimate)} />
        <Field label="Grace after the last use" help={grace?.meaning}>
          <Select
            value={String(graceMinutes)}
            onChange={(minutes) => setGraceMinutes(Number(minutes))}
            options={GRACE_CHOICES.map(({ minutes, label }) => ({ value: String(minutes), label }))}
          />
        </Field>
        <StopField
          value={stop}
          onChange={setStop}
          help="Of what is stored. When more would go, it removes nothing and fails."
        />
        <CommandLine forms={gcCommands(name, { graceMinutes, stopPercent, preview: false })} />
      </div>
    </Dialog>
  );
}

const STEPS = 'Reads every index and marks the chunks they need, then looks at every chunk file.';

function estimateFacts({ frees, usualMs }: Estimate): KeyValue[] {
  return [
    { label: 'Does', value: STEPS },
    {
      label: 'Frees',
      value: frees ? (
        <>
          {frees.words}
          <span className="text-muted">
            {' '}
            (as of the last {frees.from}, <RelativeTime at={frees.at} />)
          </span>
        </>
      ) : (
        <span className="text-muted">Not known: a preview tells</span>
      ),
    },
    ...(usualMs === null ? [] : [usualFact(usualMs)]),
  ];
}
