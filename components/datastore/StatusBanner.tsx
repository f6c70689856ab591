'use client';

import { useState } from 'react';
import { datastorePath } from '#domain/permissions.ts';
import { usePermissions } from '../session/use-permissions.ts';
import type { DatastoreDetail } from '../trpc/views.ts';
import { Banner } from '../ui/Banner.tsx';
import { Button } from '../ui/Button.tsx';
import { DATASTORE_LOOKS } from '../ui/status-looks.ts';
import { RelativeTime } from '../ui/time/RelativeTime.tsx';
import { AcceptDialog } from './AcceptDialog.tsx';
import { statusAdvice } from './datastore-words.ts';
import { useProbe } from './use-probe.ts';

/** Says what is wrong, since when and what to press; nothing while all is well. */
export function StatusBanner({ datastore }: { datastore: DatastoreDetail }) {
  const { maintenance, status } = datastore;
  if (maintenance) return <MaintenanceBanner datastore={datastore} />;
  if (status === 'online' || status === 'probing') return null;
  return <TroubleBanner datastore={datastore} />;
}

function MaintenanceBanner({ datastore: { maintenance } }: { datastore: DatastoreDetail }) {
  if (!maintenance) return null;
  const { mode, message, by, since } = maintenance;
  return (
    <Banner
      tone="maintenance"
      title={mode === 'offline' ? 'In maintenance: everything is refused' : 'In maintenance: read-only'}
    >
      {message && `${message} — `}
      set by {by} <RelativeTime at={since} />
    </Banner>
  );
}

function TroubleBanner({ datastore }: { datastore: DatastoreDetail }) {
  const { probe, pending } = useProbe();
  const { lacks } = usePermissions();
  const { name, status, statusReason, statusSince, lastGoodProbeAt } = datastore;
  const isBad = status === 'offline' || status === 'failed';
  return (
    <Banner
      tone={isBad ? 'err' : status === 'deleting' ? 'info' : 'warn'}
      title={statusReason || DATASTORE_LOOKS[status].word}
      actions={
        status !== 'deleting' && (
          <>
            {datastore.suspect !== null && <AcceptButton datastore={datastore} />}
            <Button
              size="small"
              onClick={() => probe(name)}
              pending={pending}
              disabledReason={lacks(datastorePath(name), 'Datastore.Audit', 'Datastore.Modify')}
            >
              Probe now
            </Button>
          </>
        )
      }
    >
      <div className="grid gap-0.5">
        {statusAdvice(status) && <p>{statusAdvice(status)}</p>}
        <p>
          {DATASTORE_LOOKS[status].word} since <RelativeTime at={statusSince.getTime()} />; last good probe{' '}
          <RelativeTime at={lastGoodProbeAt?.getTime()} unknown="None yet" />.
          {status === 'offline' && ' What is shown below is what was known then.'}
        </p>
      </div>
    </Banner>
  );
}

function AcceptButton({ datastore }: { datastore: DatastoreDetail }) {
  const { lacks } = usePermissions();
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button
        size="small"
        onClick={() => setOpen(true)}
        disabledReason={lacks(datastorePath(datastore.name), 'Datastore.Allocate')}
      >
        Trust it again…
      </Button>
      {open && <AcceptDialog datastore={datastore} onClose={() => setOpen(false)} />}
    </>
  );
}
