'use client';

import { useMutation, useQuery } from '@tanstack/react-query';
import { useId } from 'react';
import { Controller, type UseFormReturn } from 'react-hook-form';
import { z } from 'zod';
import type { UserId } from '#domain/principal.ts';
import { GroupIdInput } from '#domain/user-group.ts';
import { useTRPC } from '../trpc/trpc.ts';
import { useZodForm } from '../trpc/use-zod-form.ts';
import type { UserGroupView } from '../trpc/views.ts';
import { Button } from '../ui/Button.tsx';
import { CommandLine } from '../ui/CommandLine.tsx';
import { Dialog } from '../ui/Dialog.tsx';
import { Checkbox } from '../ui/forms/Checkbox.tsx';
import { FormError } from '../ui/forms/FormError.tsx';
import { TextField } from '../ui/forms/FormFields.tsx';
import { toastSuccess } from '../ui/Toaster.tsx';
import { createUserGroupCommands, updateUserGroupCommands } from './access-commands.ts';

const Group = z.object({
  group: GroupIdInput,
  comment: z.string().trim().max(512, 'Use at most 512 characters.'),
  members: z.array(z.string()),
});
type GroupForm = UseFormReturn<z.input<typeof Group>, unknown, z.output<typeof Group>>;

/** Makes a group, or changes the one that is given. */
export function UserGroupDialog({ group, onClose }: { group?: UserGroupView; onClose: () => void }) {
  const trpc = useTRPC();
  const id = useId();
  const create = useMutation(trpc.userGroup.create.mutationOptions());
  const update = useMutation(trpc.userGroup.update.mutationOptions());
  const { form, problem, submit } = useZodForm(Group, {
    group: group?.group ?? '',
    comment: group?.comment ?? '',
    members: group?.members ?? [],
  });
  const { group: name = '', comment = '', members = [] } = form.watch();
  const change = changeOf(group, { comment, members });
  const save = submit(async (input) => {
    if (group) await update.mutateAsync({ group: group.group, ...change });
    else await create.mutateAsync(input);
    onClose();
    toastSuccess(group ? `${group.group} changed` : `${input.group} created`);
  });
  const verb = group ? 'Save' : 'Create group';
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={group ? `Edit ${group.group}` : 'Create group'}
      description="What is granted to the group counts for its members, at once."
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" form={id} variant="primary" pending={form.formState.isSubmitting}>
            {verb}
          </Button>
        </>
      }
    >
      <form id={id} onSubmit={save} noValidate className="grid gap-4">
        <FormError title="The group was not saved" problem={problem} />
        {!group && <NameField form={form} />}
        <Members form={form} />
        <TextField form={form} name="comment" label="Comment" help="Who that is." maxLength={512} optional />
        <CommandLine
          forms={
            group
              ? updateUserGroupCommands(group.group, change)
              : createUserGroupCommands({ group: name, comment, members })
          }
        />
      </form>
    </Dialog>
  );
}

function NameField({ form }: { form: GroupForm }) {
  const trpc = useTRPC();
  const { data: realms = [] } = useQuery(trpc.realm.list.queryOptions());
  const known = realms.map(({ realm }) => `@${realm}`).join(', ');
  return (
    <TextField
      form={form}
      name="group"
      label="Group"
      help={`A name and a realm${known ? `: ${known}` : ''}. It cannot be changed later.`}
      placeholder="operators@ibs"
      autoCapitalize="none"
      mono
      required
    />
  );
}

function Members({ form }: { form: GroupForm }) {
  const trpc = useTRPC();
  const { data: users = [] } = useQuery(trpc.user.list.queryOptions());
  return (
    <Controller
      control={form.control}
      name="members"
      render={({ field: { value, onChange } }) => (
        <fieldset className="grid gap-1">
          <legend className="mb-1 font-medium">Members</legend>
          <div className="grid max-h-48 overflow-y-auto rounded-md border px-3 py-2">
            {users.length === 0 && <p className="text-muted">There are no users yet.</p>}
            {users.map(({ user }) => (
              <Checkbox
                key={user}
                label={user}
                checked={value.includes(user)}
                onCheckedChange={(on) =>
                  onChange(on === true ? [...value, user] : value.filter((each) => each !== user))
                }
              />
            ))}
          </div>
        </fieldset>
      )}
    />
  );
}

function changeOf(
  group: UserGroupView | undefined,
  { comment, members }: { comment: string; members: string[] },
) {
  const before: readonly string[] = group?.members ?? [];
  return {
    comment: comment === group?.comment ? undefined : comment,
    add: members.filter((user) => !before.includes(user)),
    remove: before.filter((user) => !members.includes(user as UserId)),
  };
}
