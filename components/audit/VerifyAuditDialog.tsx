'use client';

import { useMutation } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { parseAnchor } from '#domain/audit-chain.ts';
import { taskHref } from '../task/task-words.ts';
import { maybeErrorDetails } from '../trpc/api-error.ts';
import { useTRPC } from '../trpc/trpc.ts';
import { Button } from '../ui/Button.tsx';
import { CommandLine } from '../ui/CommandLine.tsx';
import { Dialog } from '../ui/Dialog.tsx';
import { ErrorBanner } from '../ui/ErrorState.tsx';
import { Field } from '../ui/forms/Field.tsx';
import { Input } from '../ui/forms/Input.tsx';
import { verifyAuditCommands } from './audit-commands.ts';

/** Reads every row; the result is that of a task, since there may be millions. */
export function VerifyAuditDialog({ onClose }: { onClose: () => void }) {
  const trpc = useTRPC();
  const router = useRouter();
  const [anchor, setAnchor] = useState('');
  const [isTried, setTried] = useState(false);
  const verify = useMutation({
    ...trpc.audit.verify.mutationOptions(),
    onSuccess: ({ taskId }) => {
      onClose();
      router.push(taskHref(taskId));
    },
  });
  const expect = anchor.trim() === '' ? null : anchor.trim();
  const wrong = expect !== null && parseAnchor(expect) === null;
  const error = maybeErrorDetails(verify.error);
  const run = () => {
    setTried(true);
    if (!wrong) verify.mutate({ expect });
  };
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title="Verify the audit log"
      description="Reads every row and recomputes its hash. The first one that was changed, removed or inserted is named."
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button variant="primary" pending={verify.isPending} onClick={run}>
            Run verification
          </Button>
        </>
      }
    >
      <div className="grid gap-4">
        {error && <ErrorBanner title="The verification did not start" error={error} />}
        <Field
          label="Anchor"
          optional
          error={isTried && wrong && 'Write POSITION:HASH as it was shown, or the hash alone.'}
          help="One that was noted earlier. Finds out whether the whole chain was made anew since."
        >
          <Input
            value={anchor}
            onChange={(event) => setAnchor(event.target.value)}
            autoComplete="off"
            spellCheck={false}
            className="font-mono"
          />
        </Field>
        <CommandLine forms={verifyAuditCommands(expect)} />
      </div>
    </Dialog>
  );
}
