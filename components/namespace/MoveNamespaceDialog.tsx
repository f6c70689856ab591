'use client';

import { useMutation, useQuery } from '@tanstack/react-query';
import { type FormEvent, useId, useState } from 'react';
import { NAMESPACE_DEPTH_MAX, parseNamespaceComponent } from '#domain/ids.ts';
import { isWithin } from '#domain/namespace.ts';
import { datastorePath } from '#domain/permissions.ts';
import { moveNamespaceCommands } from '../commands/snapshot-commands.ts';
import { usePermissions } from '../session/use-permissions.ts';
import { useTaskAction } from '../task/use-task-action.ts';
import { maybeErrorDetails } from '../trpc/api-error.ts';
import { useTRPC } from '../trpc/trpc.ts';
import type { NamespaceMovePlan, NamespaceView } from '../trpc/views.ts';
import { Banner } from '../ui/Banner.tsx';
import { Button } from '../ui/Button.tsx';
import { CommandLine } from '../ui/CommandLine.tsx';
import { Dialog } from '../ui/Dialog.tsx';
import { ErrorBanner } from '../ui/ErrorState.tsx';
import { Field } from '../ui/forms/Field.tsx';
import { Input } from '../ui/forms/Input.tsx';
import { Select } from '../ui/forms/Select.tsx';
import { KeyValueList } from '../ui/KeyValueList.tsx';
import { Skeleton } from '../ui/Skeleton.tsx';
import { toastSuccess } from '../ui/Toaster.tsx';
import { namespaceMoveFacts, whyNotMovableNamespace } from './move-words.ts';
import { namespaceLabel, namespaceName, namespaceParent } from './namespace-words.ts';

interface MoveNamespaceDialogProps {
  datastore: string;
  /** All of the datastore that one may see: where it can go. */
  namespaces: readonly NamespaceView[];
  /** The one that moves; never the root. */
  namespace: string;
  onClose: () => void;
  /** Its whole path afterwards. */
  onMoved: (path: string) => void;
}

/** Another name, another parent, or both. Says before the click what would refuse it and what goes along. */
export function MoveNamespaceDialog(props: MoveNamespaceDialogProps) {
  const { datastore, namespaces, namespace, onClose, onMoved } = props;
  const trpc = useTRPC();
  const id = useId();
  const [name, setName] = useState(namespaceName(namespace));
  const [parent, setParent] = useState(namespaceParent(namespace) ?? '');
  const path = parent === '' ? name : `${parent}/${name}`;
  const parsed = parseNamespaceComponent(name);
  const problem = parsed.ok ? null : `${parsed.problem.message} ${parsed.problem.hint ?? ''}`;
  const isSame = path === namespace;
  const wish = { datastore, namespace, destination: path };
  const query = useQuery({
    ...trpc.namespace.planMove.queryOptions(wish),
    ...{ enabled: problem === null && !isSame, staleTime: 0, gcTime: 0, retry: false },
  });
  const plan = problem === null && !isSame ? query.data : undefined;
  const { mutateAsync } = useMutation(trpc.namespace.move.mutationOptions());
  const undo = useMutation(trpc.namespace.move.mutationOptions());
  const { start, pending, error } = useTaskAction(mutateAsync, {
    onDone: () => {
      toastSuccess(`${namespace} is ${path} now`, {
        undo: () => undo.mutate({ datastore, namespace: path, destination: namespace }),
      });
      onMoved(path);
      onClose();
    },
  });
  const why = plan ? whyNotMovableNamespace(plan) : null;
  const failure = error ?? (isSame ? null : maybeErrorDetails(query.error));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (plan && why === null && !pending) void start(wish);
  };
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={`Move or rename ${namespace}`}
      description="With all below it, in one step. No chunks are transferred. Clients that back up to the old path have to be told the new one."
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            type="submit"
            form={id}
            variant="primary"
            pending={pending}
            disabledReason={isSame ? 'Choose another name or parent' : (problem ?? why ?? false)}
          >
            Move namespace
          </Button>
        </>
      }
    >
      <form id={id} onSubmit={submit} noValidate className="grid gap-4">
        {failure && <ErrorBanner title="The namespace was not moved" error={failure} />}
        <Field label="Name" help={`Becomes ${datastore}:${path}.`} error={problem} required>
          <Input
            name="namespace"
            value={name}
            onChange={(event) => setName(event.target.value)}
            autoComplete="off"
            spellCheck={false}
            className="font-mono"
          />
        </Field>
        <Parent {...{ datastore, namespaces, namespace, parent }} onChange={setParent} />
        {problem === null && !isSame && !plan && !query.error && <Skeleton className="h-28" />}
        {plan && <Plan plan={plan} why={why} />}
        <CommandLine forms={moveNamespaceCommands(datastore, namespace, path)} />
      </form>
    </Dialog>
  );
}

interface ParentProps extends Pick<MoveNamespaceDialogProps, 'datastore' | 'namespaces' | 'namespace'> {
  parent: string;
  onChange: (parent: string) => void;
}

/** Never itself or one below it. */
function Parent({ datastore, namespaces, namespace, parent, onChange }: ParentProps) {
  const { holds } = usePermissions();
  const options = namespaces
    .filter(({ path }) => !isWithin(path, namespace))
    .filter(({ path }) => path === parent || holds(datastorePath(datastore, path), 'Datastore.Modify'))
    .map(({ path }) => ({ value: path as string, label: namespaceLabel(path) }));
  return (
    <Field label="Below" help={`At most ${NAMESPACE_DEPTH_MAX} levels.`}>
      <Select value={parent} onChange={onChange} options={options} />
    </Field>
  );
}

function Plan({ plan, why }: { plan: NamespaceMovePlan; why: string | null }) {
  return (
    <>
      {why !== null && (
        <Banner tone="warn" title="It cannot move there as it is">
          {why}
        </Banner>
      )}
      <KeyValueList layout="beside" entries={namespaceMoveFacts(plan)} />
    </>
  );
}
