'use client';

import { useQuery } from '@tanstack/react-query';
import { useId, useState } from 'react';
import { AclPathInput } from '#domain/account.ts';
import { PRIVILEGES, type Privilege } from '#domain/permissions.ts';
import { usePermissions } from '../session/use-permissions.ts';
import { maybeErrorDetails } from '../trpc/api-error.ts';
import { useTRPC } from '../trpc/trpc.ts';
import { Button } from '../ui/Button.tsx';
import { CommandLine } from '../ui/CommandLine.tsx';
import { Dialog } from '../ui/Dialog.tsx';
import { ErrorBanner } from '../ui/ErrorState.tsx';
import { Field } from '../ui/forms/Field.tsx';
import { Input } from '../ui/forms/Input.tsx';
import { Select } from '../ui/forms/Select.tsx';
import { explainCommands } from './access-commands.ts';
import { ExplainedAnswer } from './ExplainedAnswer.tsx';
import { useGrantChoices } from './use-grant-choices.ts';

/** "May X do Y on Z?", answered as it is typed. */
export function ExplainDialog({ path: start = '/', onClose }: { path?: string; onClose: () => void }) {
  const trpc = useTRPC();
  const id = useId();
  const { principal: self } = usePermissions();
  const { principals, paths } = useGrantChoices();
  const [asked, setAsked] = useState({ principal: '', path: start, privilege: '' });
  const principal = asked.principal || (self ?? '');
  const privilege = (asked.privilege || undefined) as Privilege | undefined;
  const isPath = AclPathInput.safeParse(asked.path).success;
  const query = useQuery({
    ...trpc.acl.explain.queryOptions({ principal, path: asked.path, privilege }),
    enabled: principal !== '' && isPath,
    placeholderData: (previous) => previous,
    retry: false,
  });
  const error = maybeErrorDetails(query.error);
  const own =
    self && !principals.some(({ value }) => value === self) ? [{ value: self as string, label: self }] : [];
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title="Explain permissions"
      description="What somebody may do on a path, and which grant decides it."
      width="large"
      footer={<Button onClick={onClose}>Close</Button>}
    >
      <div className="grid gap-4">
        <div className="grid gap-4 sm:grid-cols-3">
          <Field label="Who">
            <Select
              options={[...own, ...principals]}
              value={principal}
              onChange={(value) => setAsked({ ...asked, principal: value })}
            />
          </Field>
          <Field label="Path" error={isPath ? undefined : 'A path such as /datastore/NAME.'}>
            <Input
              className="font-mono"
              value={asked.path}
              list={`${id}-paths`}
              spellCheck={false}
              onChange={(event) => setAsked({ ...asked, path: event.target.value })}
            />
          </Field>
          <Field label="Privilege">
            <Select
              options={[
                { value: '', label: 'All that is held' },
                ...PRIVILEGES.map((value) => ({ value: value as string, label: value as string })),
              ]}
              value={asked.privilege}
              onChange={(value) => setAsked({ ...asked, privilege: value })}
            />
          </Field>
        </div>
        <datalist id={`${id}-paths`}>
          {paths.map((value) => (
            <option key={value} value={value} />
          ))}
        </datalist>
        {error && <ErrorBanner title="It cannot be said" error={error} />}
        {!error && isPath && query.data && <ExplainedAnswer explanation={query.data} />}
        <CommandLine forms={explainCommands({ principal, path: asked.path, privilege })} />
      </div>
    </Dialog>
  );
}
