'use client';

import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { datastorePath } from '#domain/permissions.ts';
import { usePermissions } from '../../session/use-permissions.ts';
import { useTRPC } from '../../trpc/trpc.ts';
import type { DatastoreDetail } from '../../trpc/views.ts';
import { Button } from '../../ui/Button.tsx';
import { Skeleton } from '../../ui/Skeleton.tsx';
import { RelativeTime } from '../../ui/time/RelativeTime.tsx';
import { ScheduleNotes } from '../schedule/ScheduleCard.tsx';
import { ScheduleDialog } from '../schedule/ScheduleDialog.tsx';

/** When drills run by themselves, in one line, with what holds them up. */
export function DrillSchedule({ datastore }: { datastore: DatastoreDetail }) {
  const { name } = datastore;
  const trpc = useTRPC();
  const { lacks } = usePermissions();
  const [editing, setEditing] = useState(false);
  const { data } = useQuery(trpc.datastore.jobs.queryOptions({ name }));
  const job = data?.jobs.find(({ kind }) => kind === 'drill');
  if (!data || !job) return <Skeleton className="h-7" />;
  const [next] = job.next;
  return (
    <div className="grid gap-2">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <p className="min-w-0">
          <span className="text-muted">By schedule: </span>
          {job.words}
          {job.window && <span className="text-muted">, only {job.window}</span>}
          {next && (
            <span className="text-muted">
              , next <RelativeTime at={next.getTime()} />
            </span>
          )}
        </p>
        <span className="ml-auto">
          <Button
            size="small"
            variant="ghost"
            aria-label="Change the schedule of restore drills"
            onClick={() => setEditing(true)}
            disabledReason={lacks(datastorePath(name), 'Datastore.Allocate')}
          >
            Change…
          </Button>
        </span>
      </div>
      <ScheduleNotes job={job} clashes={data.clashes} />
      {editing && (
        <ScheduleDialog datastore={datastore} jobs={data} job={job} onClose={() => setEditing(false)} />
      )}
    </div>
  );
}
