'use client';

import { useMutation, useQuery } from '@tanstack/react-query';
import Link from 'next/link';
import { type FormEvent, useId, useState } from 'react';
import type { NamespacePath } from '#domain/ids.ts';
import { datastorePath } from '#domain/permissions.ts';
import { countOf } from '#domain/units.ts';
import { moveGroupCommands } from '../commands/snapshot-commands.ts';
import { placeQuery } from '../datastore/content/content-address.ts';
import { datastoreHref } from '../datastore/datastore-words.ts';
import { groupMoveFacts, whyNotMovable } from '../namespace/move-words.ts';
import { namespaceLabel } from '../namespace/namespace-words.ts';
import { usePermissions } from '../session/use-permissions.ts';
import { taskHref } from '../task/task-words.ts';
import { useTaskAction } from '../task/use-task-action.ts';
import { maybeErrorDetails } from '../trpc/api-error.ts';
import { useTRPC } from '../trpc/trpc.ts';
import type { GroupMovePlan, GroupView } from '../trpc/views.ts';
import { Banner } from '../ui/Banner.tsx';
import { Button } from '../ui/Button.tsx';
import { CommandLine } from '../ui/CommandLine.tsx';
import { Dialog } from '../ui/Dialog.tsx';
import { ErrorBanner } from '../ui/ErrorState.tsx';
import { Checkbox } from '../ui/forms/Checkbox.tsx';
import { Field } from '../ui/forms/Field.tsx';
import { Select } from '../ui/forms/Select.tsx';
import { KeyValueList } from '../ui/KeyValueList.tsx';
import { Skeleton } from '../ui/Skeleton.tsx';

type Group = Pick<GroupView, 'namespace' | 'type' | 'id'>;

interface MoveGroupDialogProps {
  datastore: string;
  group: Group;
  onClose: () => void;
}

/** Says before the click what would refuse the move and what it changes; afterwards it can be taken back from here. */
export function MoveGroupDialog({ datastore, group, onClose }: MoveGroupDialogProps) {
  const trpc = useTRPC();
  const id = useId();
  const [to, setTo] = useState<string>();
  const [merge, setMerge] = useState(false);
  const [isMoved, setMoved] = useState(false);
  const { type, id: backupId } = group;
  const name = `${type}/${backupId}`;
  const placeAt = (namespace: string) => ({ datastore, namespace, type, id: backupId });
  const places = { source: placeAt(group.namespace), destination: placeAt(to ?? '') };
  const query = useQuery({
    ...trpc.snapshot.planMove.queryOptions(places),
    ...{
      enabled: to !== undefined && !isMoved,
      staleTime: 0,
      gcTime: 0,
      retry: false,
      refetchInterval: 5000,
    },
  });
  const plan = to === undefined ? undefined : query.data;
  const merges = merge && plan?.target !== null && plan?.mergeRefusal === null;
  const { mutateAsync } = useMutation(trpc.snapshot.move.mutationOptions());
  const { start, pending, error } = useTaskAction(mutateAsync, { onDone: () => setMoved(true) });
  const back = useTaskAction(mutateAsync, { onDone: onClose });
  const why = plan ? whyNotMovable(plan, merges) : null;
  const failure = error ?? back.error ?? (to === undefined ? null : maybeErrorDetails(query.error));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (plan && why === null && !pending) void start({ ...places, merge: merges });
  };
  const moveBack = () => void back.start({ source: places.destination, destination: places.source });
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={isMoved ? `${name} has moved` : `Move ${name}`}
      description={`From ${datastore}:${namespaceLabel(group.namespace)}. No chunks ${isMoved ? 'were' : 'are'} transferred. Backups to the old place will start a new group.`}
      footer={
        isMoved ? (
          <>
            {!merges && (
              <Button onClick={moveBack} pending={back.pending}>
                Move back
              </Button>
            )}
            <Button variant="primary" onClick={onClose}>
              Close
            </Button>
          </>
        ) : (
          <>
            <Button onClick={onClose}>Cancel</Button>
            <Button
              type="submit"
              form={id}
              variant="primary"
              pending={pending}
              disabledReason={
                to === undefined ? 'Choose where it goes' : (why ?? (!plan && 'It is being checked'))
              }
            >
              Move group
            </Button>
          </>
        )
      }
    >
      <form id={id} onSubmit={submit} noValidate className="grid gap-4">
        {failure && <ErrorBanner title="The group was not moved" error={failure} />}
        {isMoved ? (
          <Moved datastore={datastore} to={to ?? ''} />
        ) : (
          <>
            <Target datastore={datastore} from={group.namespace} to={to} onChange={setTo} />
            {to !== undefined && !plan && !query.error && <Skeleton className="h-28" />}
            {plan && <Plan {...{ plan, why, merge, setMerge }} />}
            <CommandLine forms={moveGroupCommands(datastore, group, to ?? 'NAMESPACE', merges)} />
          </>
        )}
      </form>
    </Dialog>
  );
}

interface TargetProps {
  datastore: string;
  from: string;
  to: string | undefined;
  onChange: (to: string) => void;
}

/** Only where one may write; where it is already can be seen, and not be chosen. */
function Target({ datastore, from, to, onChange }: TargetProps) {
  const trpc = useTRPC();
  const { holds } = usePermissions();
  const { data: namespaces } = useQuery(trpc.namespace.list.queryOptions({ datastore }));
  const mayPut = (path: NamespacePath) =>
    holds(datastorePath(datastore, path), 'Datastore.Modify') ||
    holds(datastorePath(datastore, path), 'Datastore.Backup');
  const options = (namespaces ?? [])
    .filter(({ path }) => path === from || mayPut(path))
    .map(({ path }) => ({
      ...{ value: path as string, disabled: path === from },
      label: path === from ? `${namespaceLabel(path)} (it is here)` : namespaceLabel(path),
    }));
  return (
    <Field label="To namespace" help="Of the same datastore. Type and id stay as they are." required>
      <Select value={to} onChange={onChange} options={options} />
    </Field>
  );
}

interface PlanProps {
  plan: GroupMovePlan;
  why: string | null;
  merge: boolean;
  setMerge: (on: boolean) => void;
}

function Plan({ plan, why, merge, setMerge }: PlanProps) {
  const { target, mergeRefusal, running } = plan;
  return (
    <>
      {why !== null && (
        <Banner
          tone="warn"
          title="It cannot move there as it is"
          actions={running[0] && <Link href={taskHref(running[0].taskId)}>Open task</Link>}
        >
          {why}
        </Banner>
      )}
      {target && mergeRefusal === null && (
        <Checkbox
          checked={merge}
          onCheckedChange={(on) => setMerge(on === true)}
          label={`Merge it into the group that is there, with ${countOf(target.snapshotCount, 'snapshot')}`}
          help="Both have the same owner, and their times do not overlap. This cannot be taken apart again."
        />
      )}
      <KeyValueList layout="beside" entries={groupMoveFacts(plan)} />
    </>
  );
}

function Moved({ datastore, to }: { datastore: string; to: string }) {
  const href = `${datastoreHref(datastore, 'content')}${placeQuery(to)}`;
  return (
    <p className="text-muted">
      It is in{' '}
      <Link href={href} className="font-medium text-text underline">
        {namespaceLabel(to)}
      </Link>{' '}
      now, with all its snapshots, and nowhere else.
    </p>
  );
}
