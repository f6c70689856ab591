'use client';

import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { datastorePath } from '#domain/permissions.ts';
import { PRUNE_PRIVILEGES } from '#domain/prune.ts';
import type { KeepOptions } from '#domain/retention.ts';
import { scopeWords } from '#domain/scope.ts';
import { pruneCommands } from '../../commands/datastore-commands.ts';
import { usePermissions } from '../../session/use-permissions.ts';
import { errorDetails } from '../../trpc/api-error.ts';
import { QueryRefusal } from '../../trpc/QueryRefusal.tsx';
import { useTRPC } from '../../trpc/trpc.ts';
import type { DatastoreDetail, JobView } from '../../trpc/views.ts';
import { Button } from '../../ui/Button.tsx';
import { CommandHint } from '../../ui/CommandHint.tsx';
import { cn } from '../../ui/class-names.ts';
import { ErrorBanner } from '../../ui/ErrorState.tsx';
import { whyNotWritable } from '../datastore-words.ts';
import { useRuns } from '../runs/use-runs.ts';
import { NamedJobs } from '../schedule/NamedJobs.tsx';
import { JobWarnings, ScheduleCard } from '../schedule/ScheduleCard.tsx';
import { TrashCard } from '../trash/TrashCard.tsx';
import { useDatastore } from '../use-datastore.ts';
import { LastPruneCard } from './LastPruneCard.tsx';
import { NamespaceChoice } from './NamespaceChoice.tsx';
import { PolicyCard } from './PolicyCard.tsx';
import { PruneDialog } from './PruneDialog.tsx';
import { netWords, policyWords } from './plan-words.ts';
import type { Simulation } from './policy-address.ts';
import { SimulatorCard } from './SimulatorCard.tsx';
import { useSavePolicy } from './use-save-policy.tsx';
import { hasRules, PLAN_PAGE, type Place, usePlan, useSimulation } from './use-simulation.ts';

const NO_RULES: KeepOptions = {};

/** Which snapshots a policy keeps, before any of them goes. */
export function PruneTab({ name }: { name: string }) {
  const trpc = useTRPC();
  const { data: datastore } = useDatastore(name);
  const { data: jobs } = useQuery(trpc.datastore.jobs.queryOptions({ name }));
  const { runs } = useRuns(name, 'datastore.prune');
  if (!datastore || !jobs) return null;
  const own = jobs.jobs.filter(({ kind }) => kind === 'prune');
  const [first] = own;
  if (!first) return null;
  return (
    <>
      <div className="grid min-w-0 grid-cols-[minmax(0,1fr)] items-start gap-4 xl:grid-cols-[minmax(0,3fr)_minmax(0,2fr)]">
        <div className="grid min-w-0 content-start gap-4">
          <LastPruneCard runs={runs} />
          <NamedJobs datastore={datastore} jobs={jobs} kind="prune" />
        </div>
        <ScheduleCard datastore={datastore} kind="prune">
          <KeepNote {...first.options} />
          {own.length > 1 && <JobWarnings warnings={first.warnings} />}
        </ScheduleCard>
      </div>
      <Simulator datastore={datastore} jobs={[first, ...own.slice(1)]} isRunning={Boolean(runs?.active)} />
      <TrashCard datastore={datastore} />
    </>
  );
}

function KeepNote({ keep = NO_RULES, ...place }: JobView['options']) {
  if (!hasRules(keep)) return null;
  return (
    <p className="text-table">
      <span className="text-muted">Keeps </span>
      {policyWords(keep)}
      {(place.namespace || place.depth != null) && (
        <span className="text-muted"> in {scopeWords(place)}</span>
      )}
    </p>
  );
}

interface SimulatorProps {
  datastore: DatastoreDetail;
  /** Those that prune, the default one first. */
  jobs: [JobView, ...JobView[]];
  isRunning: boolean;
}

function Simulator({ datastore, jobs, isRunning }: SimulatorProps) {
  const { name, trashDays } = datastore;
  const [confirming, setConfirming] = useState(false);
  const { simulation, change } = useSimulation(jobs[0].options.keep ?? NO_RULES);
  const { keep, other, namespace, depth, offset } = simulation;
  const place = { name, namespace, depth };
  const page = { offset, limit: PLAN_PAGE };
  const [a, b] = [usePlan(place, keep, page), usePlan(place, other, page)];
  const missing = useWhyNotPrune(datastore, keep, isRunning);
  const compares = other !== null;
  const saving = useSavePolicy({ datastore, keep, job: jobFor(simulation, jobs) });
  return (
    <QueryRefusal error={a.error} title="You cannot prune here">
      {a.error && (
        <ErrorBanner
          title="The plan could not be made"
          error={errorDetails(a.error)}
          onRetry={() => void a.refetch()}
          retrying={a.isFetching}
        />
      )}
      {saving.problem}
      <div
        id="simulator"
        className={cn('grid scroll-mt-16 grid-cols-[minmax(0,1fr)] gap-4', compares && 'lg:grid-cols-2')}
      >
        <PolicyCard
          title={compares ? 'Policy A' : 'Policy'}
          keep={keep}
          onChange={(next) => change({ keep: next })}
          plan={a.data}
          isStale={a.isPlaceholderData}
          trashDays={trashDays}
          narrow={compares}
          actions={
            <>
              {saving.button}
              {!compares && (
                <Button size="small" onClick={() => change({ other: keep })}>
                  Compare
                </Button>
              )}
              <Button
                size="small"
                variant="primary"
                onClick={() => setConfirming(true)}
                disabledReason={missing || (a.data?.totals.remove === 0 && 'Nothing would go')}
              >
                Run prune…
              </Button>
            </>
          }
          footer={<CommandHint text={pruneCommands(name, { ...place, keep, dryRun: true })} />}
        />
        {other && <OtherPolicy {...{ place, trashDays, other, change, a, b }} />}
      </div>
      <NamespaceChoice
        name={name}
        value={namespace}
        depth={depth}
        onChange={(next) => change({ namespace: next })}
      />
      {(a.data || !a.error) && (
        <SimulatorCard
          {...{ name, simulation, change }}
          plan={a.data}
          isStale={a.isPlaceholderData}
          otherPlan={other ? b.data : undefined}
        />
      )}
      {confirming && (
        <PruneDialog {...{ datastore, namespace, depth, keep }} onClose={() => setConfirming(false)} />
      )}
    </QueryRefusal>
  );
}

/** The first one that is for just this place; the default one where there is none. */
function jobFor({ namespace, depth }: Simulation, jobs: SimulatorProps['jobs']): JobView {
  const isHere = ({ options }: JobView) =>
    (options.namespace ?? '') === namespace && (options.depth ?? null) === depth;
  return jobs.find(isHere) ?? jobs[0];
}

type PlanQuery = ReturnType<typeof usePlan>;

interface OtherPolicyProps {
  place: Place;
  trashDays: number;
  other: KeepOptions;
  change: (change: Partial<Simulation>) => void;
  a: PlanQuery;
  b: PlanQuery;
}

function OtherPolicy({ place, trashDays, other, change, a, b }: OtherPolicyProps) {
  return (
    <PolicyCard
      title="Policy B"
      note={a.data && b.data && netWords(a.data.totals, b.data.totals)}
      keep={other}
      onChange={(next) => change({ other: next })}
      plan={b.data}
      isStale={b.isPlaceholderData}
      trashDays={trashDays}
      narrow
      footer={<CommandHint text={pruneCommands(place.name, { ...place, keep: other, dryRun: true })} />}
      actions={
        <>
          <Button size="small" onClick={() => change({ keep: other, other: null })}>
            Take B
          </Button>
          <Button size="small" variant="ghost" onClick={() => change({ other: null })}>
            Close
          </Button>
        </>
      }
    />
  );
}

function useWhyNotPrune(datastore: DatastoreDetail, keep: KeepOptions, isRunning: boolean): string | false {
  const { holdsBelow } = usePermissions();
  const path = datastorePath(datastore.name);
  if (!holdsBelow(path, ...PRUNE_PRIVILEGES)) return `You need ${PRUNE_PRIVILEGES.join(' or ')} on ${path}`;
  const condition = whyNotWritable(datastore);
  if (condition) return condition;
  if (isRunning) return 'One is on its way already';
  return !hasRules(keep) && 'Set a rule first: without any, everything stays';
}
