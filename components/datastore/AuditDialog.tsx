'use client';

import { useMutation } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { countOf, formatBytes } from '#domain/units.ts';
import { auditCommands } from '../commands/datastore-commands.ts';
import { taskHref } from '../task/task-words.ts';
import { maybeErrorDetails } from '../trpc/api-error.ts';
import { useTRPC } from '../trpc/trpc.ts';
import type { DatastoreView, TaskView } from '../trpc/views.ts';
import { Button } from '../ui/Button.tsx';
import { CommandLine } from '../ui/CommandLine.tsx';
import { Dialog } from '../ui/Dialog.tsx';
import { ErrorBanner } from '../ui/ErrorState.tsx';
import { RadioCards } from '../ui/forms/RadioCards.tsx';
import { KeyValueList } from '../ui/KeyValueList.tsx';
import { useRuns } from './runs/use-runs.ts';
import { usualFact } from './runs/usual-fact.ts';

interface AuditDialogProps {
  datastore: DatastoreView;
  onClose: () => void;
}

/** Costs time: what it reads is said before it starts, and what becomes of damage. */
export function AuditDialog({ datastore, onClose }: AuditDialogProps) {
  const trpc = useTRPC();
  const router = useRouter();
  const [depth, setDepth] = useState<'shallow' | 'deep'>('shallow');
  const { name } = datastore;
  const audit = useMutation({
    ...trpc.datastore.audit.mutationOptions(),
    onSuccess: ({ taskId }) => {
      onClose();
      router.push(taskHref(taskId));
    },
  });
  const error = maybeErrorDetails(audit.error);
  const { tasks } = useRuns(name, 'datastore.audit');
  const usualMs = usualAudit(tasks ?? [], depth === 'deep');
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={`Audit ${name}`}
      description="Checks what must always hold. Findings are in the log of the task."
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            variant="primary"
            pending={audit.isPending}
            onClick={() => audit.mutate({ name, deep: depth === 'deep' })}
          >
            Run audit
          </Button>
        </>
      }
    >
      <div className="grid gap-4">
        {error && <ErrorBanner title="The audit did not start" error={error} />}
        <RadioCards
          label="How deep"
          columns={1}
          value={depth}
          onChange={setDepth}
          cards={[
            {
              value: 'shallow',
              title: 'Snapshots and indexes',
              description: `Reads the files of ${countOf(datastore.snapshotCount, 'snapshot')} and looks whether each chunk is there.`,
            },
            {
              value: 'deep',
              title: 'Every chunk as well',
              description: `Also reads ${chunksOf(datastore)} and checks each against its digest. A damaged one is set aside, so that the next backup sends it anew.`,
            },
          ]}
        />
        {usualMs !== null && <KeyValueList entries={[usualFact(usualMs)]} />}
        <CommandLine forms={auditCommands(name, depth === 'deep')} />
      </div>
    </Dialog>
  );
}

/** How long an audit of that depth usually takes, in ms, as its last runs know. */
function usualAudit(tasks: readonly TaskView[], deep: boolean): number | null {
  const isAlike = ({ result }: TaskView) => (result as { deep?: unknown } | null)?.deep === deep;
  return tasks.find((task) => isAlike(task) && task.usualMs !== null)?.usualMs ?? null;
}

function chunksOf({ chunkCount, chunkBytes }: DatastoreView): string {
  if (chunkCount === null || chunkBytes === null) return 'all chunks';
  return `${countOf(chunkCount, 'chunk')}, ${formatBytes(chunkBytes)},`;
}
