'use client';

import { useId, useState } from 'react';
import type { NewToken } from '../trpc/views.ts';
import { Button } from '../ui/Button.tsx';
import { Dialog } from '../ui/Dialog.tsx';
import { TokenForm } from './TokenForm.tsx';
import { TokenSecret } from './TokenSecret.tsx';

interface Made {
  token: NewToken;
  datastore: string;
}

/** First what it may do, then its secret, which is shown this once. */
export function CreateTokenDialog({ onClose }: { onClose: () => void }) {
  const id = useId();
  const [made, setMade] = useState<Made | null>(null);
  const [warned, setWarned] = useState(false);
  const [pending, setPending] = useState(false);
  /** A stray click or Escape must not lose a secret that nobody can show again. */
  const leave = () => {
    if (made && !warned) setWarned(true);
    else onClose();
  };
  if (made) {
    return (
      <Dialog
        open
        onOpenChange={(open) => !open && leave()}
        width="large"
        title={`${made.token.id} is made`}
        description="Copy the secret now. It is shown this once and kept nowhere."
        footer={
          <Button variant="primary" onClick={onClose}>
            I have stored the secret
          </Button>
        }
      >
        <TokenSecret token={made.token} datastore={made.datastore} warned={warned} />
      </Dialog>
    );
  }
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && leave()}
      title="Create API token"
      description="For a program: a machine that backs up, monitoring, a script. It never may more than its owner."
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" form={id} variant="primary" pending={pending}>
            Create token
          </Button>
        </>
      }
    >
      <TokenForm
        id={id}
        onPending={setPending}
        onMade={(token, datastore) => setMade({ token, datastore })}
      />
    </Dialog>
  );
}
