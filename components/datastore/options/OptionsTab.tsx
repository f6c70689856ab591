'use client';

import { datastorePath } from '#domain/permissions.ts';
import { countOf, formatBytes } from '#domain/units.ts';
import { maintenanceCommands } from '../../commands/datastore-commands.ts';
import { usePermissions } from '../../session/use-permissions.ts';
import type { DatastoreDetail } from '../../trpc/views.ts';
import { Button } from '../../ui/Button.tsx';
import { Card } from '../../ui/Card.tsx';
import { CommandHint } from '../../ui/CommandHint.tsx';
import { RelativeTime } from '../../ui/time/RelativeTime.tsx';
import { useDatastore } from '../use-datastore.ts';
import { useDatastoreActions } from '../use-datastore-actions.tsx';
import { ConfigurationForm } from './ConfigurationForm.tsx';

export function OptionsTab({ name }: { name: string }) {
  const { data: datastore } = useDatastore(name);
  const { show, dialogs } = useDatastoreActions();
  const { lacks } = usePermissions();
  if (!datastore) return null;
  const reason = lacks(datastorePath(name), 'Datastore.Allocate');
  return (
    <>
      <ConfigurationForm datastore={datastore} />
      <Card
        title="Maintenance"
        actions={
          <Button size="small" onClick={() => show('maintenance', datastore)} disabledReason={reason}>
            Change mode
          </Button>
        }
        footer={<CommandHint text={maintenanceCommands(name, 'read-only', 'MESSAGE')} />}
      >
        <MaintenanceText datastore={datastore} />
      </Card>
      <DangerZone
        datastore={datastore}
        reason={reason}
        onRemove={() => show('remove', datastore)}
        onDestroy={() => show('destroy', datastore)}
      />
      {dialogs}
    </>
  );
}

function MaintenanceText({ datastore: { maintenance } }: { datastore: DatastoreDetail }) {
  if (!maintenance) return <p className="text-muted">In service: backups and restores are accepted.</p>;
  return (
    <p>
      {maintenance.mode === 'offline' ? 'Offline' : 'Read-only'}
      {maintenance.message && `: ${maintenance.message}`}
      <span className="text-muted">
        {' '}
        — set by {maintenance.by} <RelativeTime at={maintenance.since} />
      </span>
    </p>
  );
}

interface DangerZoneProps {
  datastore: DatastoreDetail;
  reason: string | false;
  onRemove: () => void;
  onDestroy: () => void;
}

/** Two acts, two buttons: what only forgets and what really destroys must never be one switch apart. */
function DangerZone({ datastore, reason, onRemove, onDestroy }: DangerZoneProps) {
  const { snapshotCount, chunkBytes } = datastore;
  const chunks = chunkBytes === null ? 'all chunks' : `${formatBytes(chunkBytes)} of chunks`;
  return (
    <section aria-labelledby="danger-zone" className="grid gap-2">
      <h2 id="danger-zone" className="font-semibold">
        Danger zone
      </h2>
      <ul className="grid rounded-lg border border-err/40">
        <DangerLine
          title="Remove configuration only"
          text="The server forgets the datastore. Backups stay on the disk and can be adopted again."
          label="Remove configuration…"
          reason={reason}
          onPress={onRemove}
        />
        <DangerLine
          title="Destroy data"
          text={`Deletes ${countOf(snapshotCount, 'snapshot')} and ${chunks} for good.`}
          label="Destroy data…"
          reason={reason}
          onPress={onDestroy}
        />
      </ul>
    </section>
  );
}

interface DangerLineProps {
  title: string;
  text: string;
  label: string;
  reason: string | false;
  onPress: () => void;
}

function DangerLine({ title, text, label, reason, onPress }: DangerLineProps) {
  return (
    <li className="flex flex-wrap items-center gap-x-6 gap-y-2 border-err/40 px-4 py-3 not-first:border-t">
      <div className="min-w-0 flex-[1_1_320px]">
        <p className="font-medium">{title}</p>
        <p className="text-table text-muted">{text}</p>
      </div>
      <Button onClick={onPress} disabledReason={reason}>
        {label}
      </Button>
    </li>
  );
}
