'use client';

import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTRPC } from '../trpc/trpc.ts';
import type { About } from '../trpc/views.ts';
import { Card } from '../ui/Card.tsx';
import { CommandHint } from '../ui/CommandHint.tsx';
import { CopyButton } from '../ui/CopyButton.tsx';
import { KeyValueList } from '../ui/KeyValueList.tsx';
import { StatusGlyph } from '../ui/StatusGlyph.tsx';
import { RelativeTime } from '../ui/time/RelativeTime.tsx';
import { Unknown } from '../ui/Unknown.tsx';

/** What cannot be set but is asked for: version, how clients reach the gateway, who does the work. */
export function ServerCard() {
  const trpc = useTRPC();
  const { data: about } = useQuery(trpc.system.about.queryOptions());
  if (!about) return null;
  const { address, fingerprint } = about.gateway;
  return (
    <Card title="This server" footer={<CommandHint text="ironcore-backup status" />}>
      <KeyValueList
        entries={[
          { label: 'Version', value: about.version },
          { label: 'Clients connect to', value: <Copyable text={address} label="Copy address" /> },
          {
            label: 'Fingerprint',
            value: fingerprint ? (
              <Copyable text={fingerprint} label="Copy fingerprint" />
            ) : (
              <Unknown reason="No gateway runs at this moment" />
            ),
          },
          { label: 'Workers', value: <Workers workers={about.workers} /> },
        ]}
      />
    </Card>
  );
}

function Copyable({ text, label }: { text: string; label: string }): ReactNode {
  return (
    <span className="flex min-w-0 items-start gap-1">
      <code className="min-w-0 font-mono text-small leading-4.5 break-all">{text}</code>
      <CopyButton text={text} label={label} className="-my-1.5 shrink-0" />
    </span>
  );
}

function Workers({ workers }: { workers: About['workers'] }) {
  if (workers.length === 0) return <Unknown reason="No worker has ever reported" />;
  return (
    <ul className="grid gap-1">
      {workers.map((worker) => (
        <li key={`${worker.host} ${worker.pid}`} className="flex flex-wrap items-center gap-x-1.5">
          <StatusGlyph glyph={worker.alive ? 'disc' : 'ring'} tone={worker.alive ? 'ok' : 'err'} />
          <span>
            {worker.alive ? 'Working' : 'Silent'} on {worker.host}
          </span>
          <span className="text-muted">
            process {worker.pid}, started <RelativeTime at={worker.startedAt.getTime()} />
          </span>
        </li>
      ))}
    </ul>
  );
}
