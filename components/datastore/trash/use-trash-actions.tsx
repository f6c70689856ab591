'use client';

import { useMutation } from '@tanstack/react-query';
import { Trash2, Undo2 } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import type { NamespacePath } from '#domain/ids.ts';
import { datastorePath } from '#domain/permissions.ts';
import { countOf } from '#domain/units.ts';
import { usePermissions } from '../../session/use-permissions.ts';
import { taskHref } from '../../task/task-words.ts';
import { useTaskAction } from '../../task/use-task-action.ts';
import { maybeErrorDetails } from '../../trpc/api-error.ts';
import { useTRPC } from '../../trpc/trpc.ts';
import type { DatastoreDetail, TaskDetail, TrashRestorePlan, TrashView } from '../../trpc/views.ts';
import { Banner } from '../../ui/Banner.tsx';
import { ErrorBanner } from '../../ui/ErrorState.tsx';
import type { MenuEntry } from '../../ui/Menu.tsx';
import { toastSuccess } from '../../ui/Toaster.tsx';
import { whyNotWritable } from '../datastore-words.ts';
import { TaskLink } from '../runs/ActiveRun.tsx';
import { EmptyTrashDialog } from './EmptyTrashDialog.tsx';
import { itemId, itemLabel, itemOf } from './trash-words.ts';

/** What can be done with what lies in the trash; `dialogs` and `problems` belong somewhere on the page. */
export function useTrashActions(datastore: DatastoreDetail, onChanged: () => void) {
  const trpc = useTRPC();
  const { lacks } = usePermissions();
  const { name } = datastore;
  const [asked, setAsked] = useState<{ items: readonly TrashView[] | null } | null>(null);
  const [kept, setKept] = useState<TrashRestorePlan['keep']>([]);
  const [doubtful, setDoubtful] = useState<TaskDetail | null>(null);
  const { start, pending, error, clearError } = useTaskAction(followTask, {
    onDone: (task) => {
      onChanged();
      if (task.state === 'warnings') setDoubtful(task);
      else toastSuccess(task.outcome ?? 'Done', { link: { label: 'Open log', href: taskHref(task.id) } });
    },
  });
  const follow = (taskId: string) => {
    setDoubtful(null);
    void start(taskId);
  };
  const restoring = useMutation({
    ...trpc.trash.restore.mutationOptions(),
    onSuccess: ({ keep, taskId }) => {
      setKept(keep);
      if (taskId !== null) follow(taskId);
    },
  });
  const restore = (items: readonly TrashView[]) => {
    setKept([]);
    restoring.mutate({ datastore: name, items: items.map(itemOf) });
  };

  const condition = whyNotWritable(datastore) || (pending && 'Wait until what was asked for is done');
  const whyNotRestore = (items: readonly TrashView[]) =>
    condition ||
    items
      .map(({ namespace }) =>
        lacks(datastorePath(name, namespace as NamespacePath), 'Datastore.Modify', 'Datastore.Prune'),
      )
      .find(Boolean) ||
    false;
  const whyNotRemove = condition || lacks(datastorePath(name), 'Datastore.Modify');
  const remove = (items: readonly TrashView[] | null) => setAsked({ items });

  const entriesOf = (item: TrashView): MenuEntry[] => [
    {
      label: 'Restore',
      icon: <Undo2 />,
      onSelect: () => restore([item]),
      disabledReason: whyNotRestore([item]),
    },
    'separator',
    {
      label: 'Remove for good…',
      icon: <Trash2 />,
      onSelect: () => remove([item]),
      danger: true,
      disabledReason: whyNotRemove,
    },
  ];

  const refused = maybeErrorDetails(restoring.error);
  return {
    ...{ restore, remove, entriesOf, whyNotRestore, whyNotRemove },
    isBusy: pending || restoring.isPending,
    hasProblem: Boolean(refused || error || doubtful) || kept.length > 0,
    dialogs: asked && (
      <EmptyTrashDialog
        datastore={datastore}
        items={asked.items}
        onStarted={follow}
        onClose={() => setAsked(null)}
      />
    ),
    problems: (
      <>
        {refused && (
          <ErrorBanner title="Nothing was restored" error={refused} onDismiss={() => restoring.reset()} />
        )}
        {error && <ErrorBanner title="It was not done" error={error} onDismiss={clearError} />}
        {kept.length > 0 && <Kept kept={kept} onDismiss={() => setKept([])} />}
        {doubtful && <Doubtful task={doubtful} onDismiss={() => setDoubtful(null)} />}
      </>
    ),
  };
}

/** What was started elsewhere is only waited for. */
async function followTask(taskId: string) {
  return { taskId };
}

interface KeptProps {
  kept: TrashRestorePlan['keep'];
  onDismiss: () => void;
}

/** A refusal of some of those that were named; the others are on their way. */
function Kept({ kept, onDismiss }: KeptProps) {
  const stay = kept.length === 1 ? 'stays' : 'stay';
  return (
    <Banner
      tone="warn"
      title={`${countOf(kept.length, 'snapshot')} ${stay} in the trash`}
      onDismiss={onDismiss}
    >
      <ul className="grid max-h-48 gap-1 overflow-y-auto select-text">
        {kept.map(({ item, reason }) => (
          <li key={itemId(item)}>
            <span className="font-mono text-small">{itemLabel(item)}</span>: {reason}
          </li>
        ))}
      </ul>
    </Banner>
  );
}

function Doubtful({ task, onDismiss }: { task: TaskDetail; onDismiss: () => void }): ReactNode {
  return (
    <Banner
      tone="warn"
      title={task.outcome}
      actions={<TaskLink id={task.id}>Open log</TaskLink>}
      onDismiss={onDismiss}
    />
  );
}
