'use client';

import { useQuery } from '@tanstack/react-query';
import { CircleCheck } from 'lucide-react';
import { useMemo } from 'react';
import { snapshotHref } from '../snapshot/snapshot-words.ts';
import { useTRPC } from '../trpc/trpc.ts';
import type { SnapshotView } from '../trpc/views.ts';
import { Banner } from '../ui/Banner.tsx';
import { Button, ButtonLink } from '../ui/Button.tsx';
import { Bytes } from '../ui/Bytes.tsx';
import { CommandLine } from '../ui/CommandLine.tsx';
import { CopyButton } from '../ui/CopyButton.tsx';
import { Progress } from '../ui/Progress.tsx';
import { Spinner } from '../ui/Spinner.tsx';
import type { Prepared } from './BackupForm.tsx';
import { backupCommands, isLoopback } from './backup-commands.ts';

/** The event stream tells sooner; this is for when it is away. */
const ASK_EVERY_MS = 5000;

export function BackupWait({ prepared, onClose }: { prepared: Prepared; onClose: () => void }) {
  const { input, answer } = prepared;
  const forms = useMemo(
    () =>
      backupCommands({
        ...answer,
        datastore: input.datastore,
        namespace: input.namespace,
        type: input.type,
        id: input.id,
        sources: input.sources,
      }),
    [answer, input],
  );
  const arrived = useFirstSnapshot(prepared);
  return (
    <div className="grid gap-4">
      {isLoopback(answer.server) && (
        <Banner tone="warn" title={`${answer.server} can be reached from this server only`}>
          For other machines, start the server with IBS_HOST set, or name the address in Settings.
        </Banner>
      )}
      <Secret answer={answer} />
      <CommandLine label="Run on the machine" forms={forms} />
      {arrived ? (
        <Arrived snapshot={arrived} onClose={onClose} />
      ) : (
        <Waiting group={answer.group} onClose={onClose} />
      )}
    </div>
  );
}

/** The first finished snapshot of the group that was not there before. */
function useFirstSnapshot({ input, newestBefore }: Prepared): SnapshotView | null {
  const trpc = useTRPC();
  const { datastore, namespace, type, id } = input;
  const { data } = useQuery({
    ...trpc.snapshot.list.queryOptions({ datastore, namespace, type, id, limit: 1 }),
    refetchInterval: ASK_EVERY_MS,
  });
  const newest = data?.snapshots[0];
  return newest?.finished && newest.time > newestBefore ? newest : null;
}

function Secret({ answer }: { answer: Prepared['answer'] }) {
  return (
    <div className="grid gap-1.5 rounded-lg border bg-surface p-3">
      <p>
        The secret of <code className="font-mono text-table">{answer.token.id}</code>. It is shown once; the
        command below has it.
      </p>
      <div className="flex min-w-0 items-center gap-2">
        <code className="min-w-0 flex-1 font-mono text-table break-all select-all">
          {answer.token.secret}
        </code>
        <CopyButton text={answer.token.secret} label="Copy secret" />
      </div>
    </div>
  );
}

function Waiting({ group, onClose }: { group: string; onClose: () => void }) {
  const trpc = useTRPC();
  const { data } = useQuery({
    ...trpc.task.list.queryOptions({ kinds: ['backup'], states: ['running'], limit: 20 }),
    refetchInterval: ASK_EVERY_MS,
  });
  const running = data?.tasks.find((task) => task.subject.startsWith(`${group}/`));
  return (
    <div className="flex flex-wrap items-center gap-x-4 gap-y-3 rounded-lg border p-3" role="status">
      <div className="min-w-0 flex-[1_1_320px]">
        {running?.progress ? (
          <Progress progress={running.progress} label={`Backup of ${group}`} />
        ) : (
          <p className="flex items-center gap-2">
            <Spinner className="text-muted" />
            {running ? 'The backup is running.' : 'Waiting for the first snapshot …'}
          </p>
        )}
      </div>
      <Button onClick={onClose}>Close</Button>
    </div>
  );
}

function Arrived({ snapshot, onClose }: { snapshot: SnapshotView; onClose: () => void }) {
  return (
    <div
      role="status"
      className="flex flex-wrap items-center gap-x-4 gap-y-3 rounded-lg border border-ok/40 bg-ok/6 p-3"
    >
      <p className="flex min-w-0 flex-[1_1_320px] items-center gap-2 font-medium">
        <CircleCheck aria-hidden="true" className="size-4 shrink-0 text-ok" />
        <span>
          The first snapshot is here: <Bytes value={snapshot.sizeBytes} />
        </span>
      </p>
      <Button onClick={onClose}>Close</Button>
      <ButtonLink href={snapshotHref(snapshot)} onClick={onClose} variant="primary">
        Open snapshot
      </ButtonLink>
    </div>
  );
}
