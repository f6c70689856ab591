'use client';

import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useId, useState } from 'react';
import { NAMESPACE_DEPTH_MAX, parseNamespaceComponent, parseNamespacePath } from '#domain/ids.ts';
import { datastorePath } from '#domain/permissions.ts';
import { createNamespaceCommands } from '../commands/snapshot-commands.ts';
import { usePermissions } from '../session/use-permissions.ts';
import { useTaskAction } from '../task/use-task-action.ts';
import { useTRPC } from '../trpc/trpc.ts';
import type { NamespaceView } from '../trpc/views.ts';
import { Button } from '../ui/Button.tsx';
import { CommandLine } from '../ui/CommandLine.tsx';
import { Dialog } from '../ui/Dialog.tsx';
import { ErrorBanner } from '../ui/ErrorState.tsx';
import { Field } from '../ui/forms/Field.tsx';
import { Input } from '../ui/forms/Input.tsx';
import { Select } from '../ui/forms/Select.tsx';
import { toastSuccess } from '../ui/Toaster.tsx';
import { namespaceLabel } from './namespace-words.ts';

const RULE = '1 to 32 letters, digits, dots, dashes or underscores.';

interface AddNamespaceDialogProps {
  datastore: string;
  namespaces: readonly NamespaceView[];
  parent: string;
  onClose: () => void;
  onCreated: (path: string) => void;
}

export function AddNamespaceDialog(props: AddNamespaceDialogProps) {
  const { datastore, namespaces, onClose, onCreated } = props;
  const trpc = useTRPC();
  const { holds } = usePermissions();
  const id = useId();
  const [parent, setParent] = useState(props.parent);
  const [name, setName] = useState('');
  const [asked, setAsked] = useState(false);
  const path = parent === '' ? name : `${parent}/${name}`;
  const problem = nameProblem(path, name, namespaces);
  const mayAddTo = (each: NamespaceView) =>
    each.path === props.parent || holds(datastorePath(datastore, each.path), 'Datastore.Modify');
  const possible = namespaces.filter(mayAddTo);
  const { mutateAsync } = useMutation(trpc.namespace.create.mutationOptions());
  const { start, pending, error } = useTaskAction(mutateAsync, {
    onDone: () => {
      toastSuccess(`Namespace ${path} created`);
      onCreated(path);
      onClose();
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setAsked(true);
    if (!problem && !pending) void start({ datastore, parent, name });
  };
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={`Add namespace to ${datastore}`}
      description="Separates backups and who may see them. Chunks stay shared across namespaces."
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" form={id} variant="primary" pending={pending}>
            Add namespace
          </Button>
        </>
      }
    >
      <form id={id} onSubmit={submit} noValidate className="grid gap-4">
        {error && <ErrorBanner title="The namespace was not created" error={error} />}
        <Field
          label="Name"
          help={problem === null ? `Becomes ${datastore}:${path}.` : RULE}
          error={(asked || name !== '') && problem}
          required
        >
          <Input
            name="namespace"
            value={name}
            onChange={(event) => setName(event.target.value)}
            autoComplete="off"
            spellCheck={false}
            className="font-mono"
          />
        </Field>
        <Field label="Below" help={`At most ${NAMESPACE_DEPTH_MAX} levels.`}>
          <Select
            value={parent}
            onChange={setParent}
            options={possible.map(({ path: each }) => ({
              value: each as string,
              label: namespaceLabel(each),
            }))}
          />
        </Field>
        <CommandLine forms={createNamespaceCommands(datastore, parent, name)} />
      </form>
    </Dialog>
  );
}

function nameProblem(path: string, name: string, known: readonly NamespaceView[]): string | null {
  const component = parseNamespaceComponent(name);
  if (!component.ok) return `${component.problem.message} ${component.problem.hint ?? ''}`;
  const whole = parseNamespacePath(path);
  if (!whole.ok) return `${whole.problem.message} ${whole.problem.hint ?? ''}`;
  return known.some((each) => each.path === path) ? `There is a namespace ${path} already.` : null;
}
