'use client';

import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { countOf, formatCount } from '#domain/units.ts';
import { useTRPC } from '../trpc/trpc.ts';
import type { AuditStatus } from '../trpc/views.ts';
import { Banner } from '../ui/Banner.tsx';
import { Button } from '../ui/Button.tsx';
import { Card } from '../ui/Card.tsx';
import { CopyButton } from '../ui/CopyButton.tsx';
import { KeyValueList } from '../ui/KeyValueList.tsx';
import { StatusGlyph } from '../ui/StatusGlyph.tsx';
import { RelativeTime } from '../ui/time/RelativeTime.tsx';
import { VerifyAuditDialog } from './VerifyAuditDialog.tsx';

export const STATUS_EVERY_MS = 5000;

/** Whether the log is as it was written, as far as is known. */
export function ChainCard() {
  const trpc = useTRPC();
  const [verifying, setVerifying] = useState(false);
  const { data } = useQuery({
    ...trpc.audit.status.queryOptions(),
    refetchInterval: STATUS_EVERY_MS,
  });
  if (!data) return null;
  const verify = (
    <Button size="small" onClick={() => setVerifying(true)}>
      Verify…
    </Button>
  );
  return (
    <>
      {data.broken !== null && (
        <Banner tone="err" title="The audit log is not as it was written">
          {data.broken} Somebody changed the database itself.
        </Banner>
      )}
      <Card title="Integrity" note="Rows are a chain of hashes, verified once a day" actions={verify}>
        <KeyValueList
          entries={[
            { label: 'Verified', value: <Verified status={data} /> },
            { label: 'Rows', value: <Rows status={data} /> },
            {
              label: 'Anchor',
              value: (
                <span className="flex items-start gap-1">
                  <span className="min-w-0 font-mono text-small wrap-anywhere">{data.anchor}</span>
                  <CopyButton text={data.anchor} label="Copy anchor" className="-my-1 shrink-0" />
                </span>
              ),
            },
          ]}
        />
        <p className="pt-1 text-table text-muted">
          Keep the anchor where the administrator of the database cannot write: verifying against it finds a
          chain that was made anew.
        </p>
      </Card>
      {verifying && <VerifyAuditDialog onClose={() => setVerifying(false)} />}
    </>
  );
}

function Verified({ status: { verifiedAt, verifiedPosition, broken } }: { status: AuditStatus }) {
  if (verifiedAt === null) return <span className="text-muted">Not yet; it runs within ten minutes.</span>;
  const isWhole = broken === null;
  return (
    <span className="inline-flex flex-wrap items-center gap-x-1.5">
      <StatusGlyph glyph={isWhole ? 'check' : 'cross'} tone={isWhole ? 'ok' : 'err'} />
      <span className={isWhole ? 'font-medium' : 'font-medium text-err'}>
        {isWhole ? 'Whole' : 'Whole only'} up to row {formatCount(verifiedPosition ?? 0)}
      </span>
      <span className="text-muted">
        <RelativeTime at={verifiedAt.getTime()} />
      </span>
    </span>
  );
}

function Rows({ status: { sealed, unsealed, retired } }: { status: AuditStatus }) {
  const parts = [
    countOf(sealed, 'row'),
    ...(unsealed > 0 ? [`${formatCount(unsealed)} more not sealed yet`] : []),
    ...(retired > 0 ? [`${formatCount(retired)} removed as too old`] : []),
  ];
  return parts.join(', ');
}
