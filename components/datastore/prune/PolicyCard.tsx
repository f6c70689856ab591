'use client';

import type { ReactNode } from 'react';
import type { KeepOptions } from '#domain/retention.ts';
import type { PrunePlan } from '../../trpc/views.ts';
import { Card } from '../../ui/Card.tsx';
import { cn } from '../../ui/class-names.ts';
import { Skeleton } from '../../ui/Skeleton.tsx';
import { KeepFields, KeepPresets, KeepWarnings } from './KeepFields.tsx';
import { keepsWords, ofWords } from './plan-words.ts';
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
  /** Half the width. */
  narrow: boolean;
  actions?: ReactNode;
  footer?: ReactNode;
}

/** How many of each are kept, what is odd about that, and what it comes to. */
export function PolicyCard(props: PolicyCardProps) {
  const { title, note, keep, onChange, plan, isStale, narrow, actions, footer } = props;
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
        <Summary plan={plan} isStale={isStale} />
        {plan && hasRules(keep) && <KeepWarnings warnings={plan.warnings} />}
      </div>
    </Card>
  );
}

function Summary({ plan, isStale }: { plan: PrunePlan | undefined; isStale: boolean }) {
  if (!plan) return <Skeleton className="h-11" />;
  return (
    <p role="status" aria-busy={isStale} className={cn('min-h-11', isStale && 'opacity-60')}>
      <span className="text-heading font-semibold">{keepsWords(plan.totals)}</span>
      <br />
      <span className="text-table text-muted">{ofWords(plan.totals)}</span>
    </p>
  );
}
