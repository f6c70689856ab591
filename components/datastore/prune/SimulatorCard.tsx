'use client';

import { Boxes, ChevronDown, ChevronRight } from 'lucide-react';
import { useState } from 'react';
import { formatGroupPath } from '#domain/ids.ts';
import { countOf, formatCount } from '#domain/units.ts';
import type { GroupPlan, PrunePlan } from '../../trpc/views.ts';
import { Button } from '../../ui/Button.tsx';
import { Card } from '../../ui/Card.tsx';
import { cn } from '../../ui/class-names.ts';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { Skeleton } from '../../ui/Skeleton.tsx';
import { Pager } from '../../ui/table/Pager.tsx';
import { Table, Td, Th } from '../../ui/table/Table.tsx';
import { GroupDetail } from './GroupDetail.tsx';
import { Legend } from './Legend.tsx';
import { nextOffset, staying } from './plan-words.ts';
import type { Simulation } from './policy-address.ts';
import { hasRules, PLAN_PAGE } from './use-simulation.ts';

interface SimulatorCardProps {
  name: string;
  simulation: Simulation;
  change: (change: Partial<Simulation>) => void;
  plan: PrunePlan | undefined;
  /** The plan is of another page or policy, until the one that is meant is there. */
  isStale: boolean;
  /** The same page by the second policy. */
  otherPlan: PrunePlan | undefined;
}

/** The groups of the plan; each opens to what becomes of its snapshots. */
export function SimulatorCard({ name, simulation, change, plan, isStale, otherPlan }: SimulatorCardProps) {
  const { view, other } = simulation;
  const { open, toggle } = useOpen(plan);
  if (plan && plan.totals.snapshots === 0) return <NothingThere name={name} {...simulation} />;
  return (
    <Card
      flush
      title="Simulator"
      note={plan && `on the snapshots there are; days in ${plan.zone}`}
      actions={
        <Button
          size="small"
          variant="ghost"
          aria-pressed={view === 'list'}
          onClick={() => change({ view: view === 'list' ? 'calendar' : 'list' })}
        >
          Show as list
        </Button>
      }
      footer={
        <div className="flex flex-wrap items-center gap-x-6 gap-y-2">
          <Legend compares={other !== null} hasRules={hasRules(simulation.keep)} />
          {plan && <Pages {...{ plan, isStale, change }} offset={simulation.offset} />}
        </div>
      }
    >
      {plan ? (
        <Table aria-busy={isStale} className={cn('max-w-full table-fixed', isStale && 'opacity-60')}>
          <Head compares={other !== null} />
          <tbody>
            {plan.groups.map((group) => {
              const key = formatGroupPath(group);
              return (
                <GroupRows
                  key={key}
                  {...{ name, group, simulation }}
                  other={other && findGroup(otherPlan, key)}
                  isOpen={open.has(key)}
                  onToggle={() => toggle(key)}
                />
              );
            })}
          </tbody>
        </Table>
      ) : (
        <div className="p-4">
          <Skeleton className="h-48" />
        </div>
      )}
    </Card>
  );
}

/** A single group is open from the start. */
function useOpen(plan: PrunePlan | undefined) {
  const [chosen, setChosen] = useState<ReadonlySet<string> | null>(null);
  const [only] = plan?.totals.groups === 1 ? plan.groups : [];
  const open = chosen ?? new Set(only ? [formatGroupPath(only)] : []);
  const toggle = (key: string) => {
    const next = new Set(open);
    if (!next.delete(key)) next.add(key);
    setChosen(next);
  };
  return { open, toggle };
}

function findGroup(plan: PrunePlan | undefined, key: string): GroupPlan | undefined {
  return plan?.groups.find((group) => formatGroupPath(group) === key);
}

function Head({ compares }: { compares: boolean }) {
  return (
    <thead>
      <tr>
        <Th>Group</Th>
        <Th align="end" className="w-20 sm:w-28">
          {compares ? 'A keeps' : 'Stay'}
        </Th>
        <Th align="end" className="w-20 sm:w-28">
          {compares ? 'B keeps' : 'Go'}
        </Th>
      </tr>
    </thead>
  );
}

interface GroupRowsProps {
  name: string;
  group: GroupPlan;
  simulation: Simulation;
  /** By the second policy; null without one, undefined until it is known. */
  other: GroupPlan | null | undefined;
  isOpen: boolean;
  onToggle: () => void;
}

function GroupRows({ name, group, simulation, other, isOpen, onToggle }: GroupRowsProps) {
  const { totals } = group;
  const Chevron = isOpen ? ChevronDown : ChevronRight;
  const differs = other && other.totals.remove !== totals.remove;
  return (
    <>
      <tr>
        <Td className="min-w-0">
          <button
            type="button"
            aria-expanded={isOpen}
            onClick={onToggle}
            className="-ml-1 flex min-h-7 max-w-full cursor-default items-center gap-1.5 rounded-sm pr-2 hover:bg-hover"
          >
            <Chevron aria-hidden="true" className="size-4 shrink-0 text-muted" />
            <span className="min-w-0 truncate font-mono text-small" title={formatGroupPath(group)}>
              {formatGroupPath(group)}
            </span>
            <span className="hidden shrink-0 pl-2 text-muted sm:inline">{groupWords(totals)}</span>
          </button>
        </Td>
        <Td align="end">{formatCount(staying(totals))}</Td>
        <Td
          align="end"
          className={cn((differs || (!simulation.other && totals.remove > 0)) && 'font-semibold')}
        >
          {other === null ? formatCount(totals.remove) : other && formatCount(staying(other.totals))}
        </Td>
      </tr>
      {isOpen && (
        <tr>
          <Td colSpan={3} className="py-3">
            <GroupDetail name={name} group={group} simulation={simulation} />
          </Td>
        </tr>
      )}
    </>
  );
}

function groupWords({ snapshots, protected: isProtected }: GroupPlan['totals']): string {
  const besides = isProtected > 0 ? `, ${formatCount(isProtected)} protected` : '';
  return `${countOf(snapshots, 'snapshot')}${besides}`;
}

interface PagesProps {
  plan: PrunePlan;
  isStale: boolean;
  offset: number;
  change: (change: Partial<Simulation>) => void;
}

/** Counted in snapshots, as the plan is; no group is cut by the end of a page. */
function Pages({ plan, isStale, offset, change }: PagesProps) {
  const [before, setBefore] = useState<readonly number[]>([]);
  const next = nextOffset(plan, offset);
  const total = plan.totals.snapshots;
  if (offset === 0 && next === null) return null;
  const goBack = () => {
    change({ offset: before.at(-1) ?? 0 });
    setBefore(before.slice(0, -1));
  };
  const goOn = (to: number) => () => {
    change({ offset: to });
    setBefore([...before, offset]);
  };
  return (
    <span className="ml-auto flex items-center gap-2">
      Snapshots
      <Pager
        from={offset + 1}
        to={isStale ? Math.min(offset + PLAN_PAGE, total) : (next ?? total)}
        total={total}
        onPrevious={offset > 0 ? goBack : undefined}
        onNext={next === null || isStale ? undefined : goOn(next)}
      />
    </span>
  );
}

function NothingThere({ name, namespace }: { name: string; namespace: string }) {
  return (
    <Card>
      <EmptyState
        icon={<Boxes />}
        title={`No snapshots in ${namespace || name} that you may prune`}
        command={`ironcore-backup datastore prune ${name}${namespace && ` --ns ${namespace}`} --keep-daily 7 --dry-run`}
      >
        Once there are backups, this shows which of them a policy keeps, and which rule keeps each.
      </EmptyState>
    </Card>
  );
}
