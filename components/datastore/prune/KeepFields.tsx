import { TriangleAlert } from 'lucide-react';
import type { KeepWarning } from '#domain/lint-keep.ts';
import { KEEP_RULES, type KeepOptions, type KeepRule } from '#domain/retention.ts';
import { Button } from '../../ui/Button.tsx';
import { cn } from '../../ui/class-names.ts';
import { Field } from '../../ui/forms/Field.tsx';
import { Input } from '../../ui/forms/Input.tsx';
import { PRESETS } from './plan-words.ts';
import { withRule } from './policy-address.ts';

const FIELDS: Record<KeepRule, { label: string; unit: string }> = {
  last: { label: 'Last', unit: 'newest' },
  hourly: { label: 'Hourly', unit: 'hours' },
  daily: { label: 'Daily', unit: 'days' },
  weekly: { label: 'Weekly', unit: 'weeks' },
  monthly: { label: 'Monthly', unit: 'months' },
  yearly: { label: 'Yearly', unit: 'years' },
};

interface KeepFieldsProps {
  /** Names them all together. */
  label: string;
  keep: KeepOptions;
  onChange: (keep: KeepOptions) => void;
  className?: string;
}

/** A number for each rule. */
export function KeepFields({ label, keep, onChange, className }: KeepFieldsProps) {
  return (
    <fieldset className={cn('grid gap-3', className)}>
      <legend className="sr-only">{label}</legend>
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
  );
}

export function KeepPresets({ onChoose }: { onChoose: (keep: KeepOptions) => void }) {
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

export function KeepWarnings({ warnings }: { warnings: readonly KeepWarning[] }) {
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
