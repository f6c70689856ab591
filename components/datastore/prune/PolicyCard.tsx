'use client';

import type { ReactNode } from 'react';
import type { KeepOptions } from '#domain/retention.ts';
import type { PrunePlan } from '../../trpc/views.ts';
import { Card } from '../../ui/Card.tsx';
import { cn } from '../../ui/class-names.ts';
import { Skeleton } from '../../ui/Skeleton.tsx';
import { KeepFields, KeepPresets, KeepWarnings } from './KeepFields.tsx';
import { keepsWords, ofWords, pruneFate } from './plan-words.ts';
import { hasRules } from './use-simulation.ts';

interface PolicyCardProps {
  title: string;
  note?: ReactNode;
  keep: KeepOptions;
  onChange: (keep: KeepOptions) => void;
  /** What it would do; undefined until that is known. */
  plan: PrunePlan | undefined;
  /** The plan is of what was typed before. */
  isStale: boolean;
  /** Days that what goes can be restored; 0 where it cannot. */
  trashDays: number;
  /** Half the width. */
  narrow: boolean;
  actions?: ReactNode;
  footer?: ReactNode;
}

/** How many of each are kept, what is odd about that, and what it comes to. */
export function PolicyCard(props: PolicyCardProps) {
  const { title, note, keep, onChange, plan, isStale, trashDays, narrow, actions, footer } = props;
  return (
    <Card title={title} note={note} actions={actions} footer={footer}>
      <div className="grid gap-4">
        <KeepFields
          label={title}
          keep={keep}
          onChange={onChange}
          className={cn('grid-cols-2 sm:grid-cols-3', !narrow && 'lg:grid-cols-6')}
        />
        {!hasRules(keep) && <KeepPresets onChoose={onChange} />}
        <Summary plan={plan} isStale={isStale} trashDays={trashDays} />
        {plan && hasRules(keep) && <KeepWarnings warnings={plan.warnings} />}
      </div>
    </Card>
  );
}

function Summary({ plan, isStale, trashDays }: Pick<PolicyCardProps, 'plan' | 'isStale' | 'trashDays'>) {
  if (!plan) return <Skeleton className="h-11" />;
  return (
    <p role="status" aria-busy={isStale} className={cn('min-h-11', isStale && 'opacity-60')}>
      <span className="text-heading font-semibold">{keepsWords(plan.totals)}</span>
      <br />
      <span className="text-table text-muted">{ofWords(plan.totals)}</span>
      {plan.totals.remove > 0 && (
        <>
          <br />
          <span className="text-table text-muted">{pruneFate(trashDays)}</span>
        </>
      )}
    </p>
  );
}
