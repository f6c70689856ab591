'use client';

import { TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import { KEEP_RULES, type KeepOptions, type KeepRule } from '#domain/retention.ts';
import type { PrunePlan } from '../../trpc/views.ts';
import { Button } from '../../ui/Button.tsx';
import { Card } from '../../ui/Card.tsx';
import { cn } from '../../ui/class-names.ts';
import { Field } from '../../ui/forms/Field.tsx';
import { Input } from '../../ui/forms/Input.tsx';
import { Skeleton } from '../../ui/Skeleton.tsx';
import { keepsWords, ofWords, PRESETS } from './plan-words.ts';
import { withRule } from './policy-address.ts';
import { hasRules } from './use-simulation.ts';

const FIELDS: Record<KeepRule, { label: string; unit: string }> = {
  last: { label: 'Last', unit: 'newest' },
  hourly: { label: 'Hourly', unit: 'hours' },
  daily: { label: 'Daily', unit: 'days' },
  weekly: { label: 'Weekly', unit: 'weeks' },
  monthly: { label: 'Monthly', unit: 'months' },
  yearly: { label: 'Yearly', unit: 'years' },
};

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
        <fieldset
          className={cn('grid grid-cols-2 gap-x-3 gap-y-3 sm:grid-cols-3', !narrow && 'lg:grid-cols-6')}
        >
          <legend className="sr-only">{title}</legend>
          {KEEP_RULES.map((rule) => (
            <Field key={rule} label={FIELDS[rule].label}>
              <Input
                inputMode="numeric"
                autoComplete="off"
                placeholder="0"
                unit={FIELDS[rule].unit}
                value={keep[rule] ?? ''}
                onChange={(event) => onChange(withRule(keep, rule, event.target.value))}
              />
            </Field>
          ))}
        </fieldset>
        {!hasRules(keep) && <Presets onChoose={onChange} />}
        <Summary plan={plan} isStale={isStale} />
        {plan && hasRules(keep) && <Warnings warnings={plan.warnings} />}
      </div>
    </Card>
  );
}

function Presets({ onChoose }: { onChoose: (keep: KeepOptions) => void }) {
  return (
    <div className="flex flex-wrap items-center gap-2">
      <p className="text-table text-muted">No rule is set, so every snapshot stays. Begin with:</p>
      {PRESETS.map(({ label, keep }) => (
        <Button key={label} size="small" onClick={() => onChoose(keep)}>
          {label}
        </Button>
      ))}
    </div>
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

function Warnings({ warnings }: { warnings: PrunePlan['warnings'] }) {
  if (warnings.length === 0) return null;
  return (
    <ul className="grid gap-1.5 text-table">
      {warnings.map(({ name, words }) => (
        <li key={`${name} ${words}`} className="flex gap-2">
          <TriangleAlert aria-hidden="true" className="mt-0.5 size-3.5 shrink-0 text-warn" />
          <span className="min-w-0">
            <span className="sr-only">Warning: </span>
            {words}
          </span>
        </li>
      ))}
    </ul>
  );
}
