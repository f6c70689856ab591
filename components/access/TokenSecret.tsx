'use client';

import { useQuery } from '@tanstack/react-query';
import { useTRPC } from '../trpc/trpc.ts';
import type { NewToken } from '../trpc/views.ts';
import { Banner } from '../ui/Banner.tsx';
import { CommandLine } from '../ui/CommandLine.tsx';
import { CopyButton } from '../ui/CopyButton.tsx';
import { KeyValueList } from '../ui/KeyValueList.tsx';
import { tokenUseCommands } from './access-commands.ts';

interface TokenSecretProps {
  token: NewToken;
  /** Empty: it was not made for one. */
  datastore: string;
  /** Somebody tried to close the dialog. */
  warned: boolean;
}

export function TokenSecret({ token, datastore, warned }: TokenSecretProps) {
  const trpc = useTRPC();
  const { data: about } = useQuery(trpc.system.about.queryOptions());
  const forms = tokenUseCommands({
    console: location.origin,
    gateway: about?.gateway.address ?? location.host,
    fingerprint: about?.gateway.fingerprint ?? null,
    token,
    datastore,
  });
  return (
    <div className="grid gap-4">
      {warned && (
        <Banner tone="warn" title="The secret is gone once this is closed">
          Copy it, then press “I have stored the secret”. Closing once more leaves without it.
        </Banner>
      )}
      <KeyValueList
        className="rounded-lg border bg-surface px-3 py-1.5"
        entries={[
          { label: 'Token', value: <Copyable text={token.id} label="Copy token id" /> },
          { label: 'Secret', value: <Copyable text={token.secret} label="Copy secret" /> },
          {
            label: 'Both as one text',
            value: <Copyable text={`${token.id}:${token.secret}`} label="Copy token with secret" />,
          },
        ]}
      />
      <CommandLine label="How to use it" forms={forms} />
    </div>
  );
}

function Copyable({ text, label }: { text: string; label: string }) {
  return (
    <span className="flex min-w-0 items-start gap-2">
      <code className="min-w-0 font-mono break-all select-all">{text}</code>
      <CopyButton text={text} label={label} className="-my-1.5 shrink-0" />
    </span>
  );
}
