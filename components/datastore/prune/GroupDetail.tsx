'use client';

import { type ReactNode, useMemo } from 'react';
import { formatCount } from '#domain/units.ts';
import { errorDetails } from '../../trpc/api-error.ts';
import type { GroupPlan, PlannedSnapshot } from '../../trpc/views.ts';
import { ErrorBanner } from '../../ui/ErrorState.tsx';
import { Skeleton } from '../../ui/Skeleton.tsx';
import { GroupCalendar } from './GroupCalendar.tsx';
import type { Simulation } from './policy-address.ts';
import { comparePlans, prepareCalendar } from './prepare-calendar.ts';
import { SnapshotFates } from './SnapshotFates.tsx';
import { usePlan } from './use-simulation.ts';

/** All snapshots of one group at once; the server gives no more. */
const WHOLE = { offset: 0, limit: 10_000 };
const NONE: ReadonlySet<number> = new Set();

interface GroupDetailProps {
  name: string;
  group: Pick<GroupPlan, 'namespace' | 'type' | 'id'>;
  simulation: Simulation;
}

/** What becomes of each snapshot of a group, by one policy or by two. */
export function GroupDetail({ name, group, simulation }: GroupDetailProps) {
  const { keep, other, view } = simulation;
  const { namespace, type, id } = group;
  const place = { name, namespace, group: { type, id } };
  const [a, b] = [usePlan(place, keep, WHOLE), usePlan(place, other, WHOLE)];
  const mine = a.data?.groups[0]?.snapshots;
  const theirs = other === null ? null : b.data?.groups[0]?.snapshots;
  const difference = useMemo(() => (mine && theirs ? comparePlans(mine, theirs) : null), [mine, theirs]);
  const error = a.error ?? b.error;
  if (error) return <ErrorBanner title="The plan could not be made" error={errorDetails(error)} />;
  if (!a.data || !mine || theirs === undefined) return <Skeleton className="h-24" />;
  const differing = difference?.differing ?? NONE;
  const beyond = (a.data.groups[0]?.totals.snapshots ?? 0) - mine.length;
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-3">
      {beyond > 0 && (
        <p className="text-table">
          The newest {formatCount(mine.length)} are shown; {formatCount(beyond)} older ones are counted above.
        </p>
      )}
      {difference && (
        <p className="text-table">
          {differing.size === 0
            ? 'Both policies keep the same.'
            : `Only A keeps ${formatCount(difference.keptOnlyByA)}, only B keeps ${formatCount(difference.keptOnlyByB)}.`}
        </p>
      )}
      {view === 'list' ? (
        <SnapshotFates snapshots={mine} other={theirs} differing={differing} />
      ) : (
        <Calendars {...{ mine, theirs, differing }} zone={a.data.zone} label={`${type}/${id}`} />
      )}
    </div>
  );
}

interface CalendarsProps {
  mine: readonly PlannedSnapshot[];
  theirs: readonly PlannedSnapshot[] | null;
  differing: ReadonlySet<number>;
  zone: string;
  label: string;
}

function Calendars({ mine, theirs, differing, zone, label }: CalendarsProps) {
  const a = useMemo(() => prepareCalendar(mine, zone, differing), [mine, zone, differing]);
  const b = useMemo(() => theirs && prepareCalendar(theirs, zone, differing), [theirs, zone, differing]);
  if (!b) return <GroupCalendar years={a} label={label} />;
  return (
    <>
      <Titled title="Policy A">
        <GroupCalendar years={a} label={`${label} by policy A`} />
      </Titled>
      <Titled title="Policy B">
        <GroupCalendar years={b} label={`${label} by policy B`} />
      </Titled>
    </>
  );
}

function Titled({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className="grid grid-cols-[minmax(0,1fr)] gap-1">
      <h4 className="text-table font-semibold">{title}</h4>
      {children}
    </section>
  );
}
