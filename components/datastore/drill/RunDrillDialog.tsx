'use client';

import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { drillCommands } from '../../commands/drill-commands.ts';
import { maybeErrorDetails } from '../../trpc/api-error.ts';
import { useTRPC } from '../../trpc/trpc.ts';
import { Button } from '../../ui/Button.tsx';
import { CommandLine } from '../../ui/CommandLine.tsx';
import { Dialog } from '../../ui/Dialog.tsx';
import { ErrorBanner } from '../../ui/ErrorState.tsx';
import { Field } from '../../ui/forms/Field.tsx';
import { Input } from '../../ui/forms/Input.tsx';
import { RadioCards } from '../../ui/forms/RadioCards.tsx';
import { KeyValueList } from '../../ui/KeyValueList.tsx';
import { NamespaceChoice } from '../prune/NamespaceChoice.tsx';
import { useRuns, useRunsRefresh } from '../runs/use-runs.ts';
import { usualFact } from '../runs/usual-fact.ts';
import { readSnapshotName, roomWords } from './prepare-drill.ts';
import { useDrillRoom } from './use-drill-room.ts';

const CHOICES = [
  {
    value: 'random' as const,
    title: 'A random snapshot',
    description: 'Any finished one, each as likely as the others. What is encrypted is passed over.',
  },
  {
    value: 'named' as const,
    title: 'This snapshot',
    description: 'The one that somebody will ask for, or that is in doubt.',
  },
];

/** Restores for real: what, whether there is room for it, and what becomes of it come first. */
export function RunDrillDialog({ name, onClose }: { name: string; onClose: () => void }) {
  const trpc = useTRPC();
  const refresh = useRunsRefresh();
  const [choice, setChoice] = useState<'random' | 'named'>('random');
  const [namespace, setNamespace] = useState('');
  const [text, setText] = useState('');
  const { runs } = useRuns(name, 'datastore.drill');
  const named = readSnapshotName(text);
  const snapshot = 'snapshot' in named ? named.snapshot : undefined;
  const wanted = choice === 'random' ? null : snapshot;
  const { room, looking, error: roomError } = useDrillRoom(name, wanted);
  const run = useMutation({
    ...trpc.drill.run.mutationOptions(),
    onSuccess: async () => {
      await refresh();
      onClose();
    },
  });
  const error = maybeErrorDetails(run.error);
  const wish = wanted
    ? {
        namespace: wanted.namespace as string,
        group: { type: wanted.type, id: wanted.id },
        time: wanted.time,
      }
    : { namespace, group: null, time: null };
  const said = room && roomWords(room);
  const estimate = looking ? 'Looking …' : (said?.words ?? 'Not known.');
  const usual = runs?.usualMs == null ? [] : [usualFact(runs.usualMs)];
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={`Run a restore drill on ${name}`}
      description="Really restores a snapshot on the server, reads it back from the disk and compares every byte."
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            variant="primary"
            pending={run.isPending}
            onClick={() => run.mutate({ name, ...wish })}
            disabledReason={
              (runs?.active && 'One is on its way already') ||
              (choice === 'named' && 'problem' in named && named.problem) ||
              roomError?.message ||
              (said?.fits === false && 'There is not room enough for it')
            }
          >
            Run drill
          </Button>
        </>
      }
    >
      <div className="grid gap-4">
        {error && <ErrorBanner title="The drill did not start" error={error} />}
        {roomError && <ErrorBanner title="This cannot be drilled" error={roomError} />}
        <RadioCards label="What to restore" cards={CHOICES} value={choice} onChange={setChoice} />
        {choice === 'random' ? (
          <NamespaceChoice name={name} value={namespace} onChange={setNamespace} />
        ) : (
          <Field
            label="Snapshot"
            help="As the lists name it, with its namespace where it has one."
            error={text.trim() !== '' && 'problem' in named ? named.problem : undefined}
          >
            <Input
              value={text}
              autoComplete="off"
              spellCheck={false}
              placeholder="host/web-1/2026-05-02T08:11:33Z"
              onChange={(event) => setText(event.target.value)}
            />
          </Field>
        )}
        <KeyValueList
          entries={[
            { label: 'Room', value: estimate },
            { label: 'Afterwards', value: 'What was restored is removed; the report stays.' },
            ...usual,
          ]}
        />
        <CommandLine forms={drillCommands(name, wish)} />
      </div>
    </Dialog>
  );
}
