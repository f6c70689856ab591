import type { ReactNode } from 'react';
import { rulesOf } from '#domain/retention.ts';
import type { JobView } from '../../trpc/views.ts';
import { Field } from '../../ui/forms/Field.tsx';
import { Input } from '../../ui/forms/Input.tsx';
import { Select } from '../../ui/forms/Select.tsx';
import { KeepFields, KeepPresets } from '../prune/KeepFields.tsx';
import { againChoices, graceChoices, type OptionDraft, stopProblem } from './option-draft.ts';
import { ScopeFields } from './ScopeFields.tsx';

interface OptionFieldsProps {
  datastore: string;
  kind: JobView['kind'];
  draft: OptionDraft;
  onChange: (draft: OptionDraft) => void;
}

/** What a run by schedule does; nothing for a kind that has its settings elsewhere. */
export function OptionFields({ datastore, kind, draft, onChange }: OptionFieldsProps) {
  switch (kind) {
    case 'gc':
      return (
        <Fields>
          <StopField
            value={draft.stopPercent}
            onChange={(stopPercent) => onChange({ ...draft, stopPercent })}
            help="Of what is stored. When more would go, it removes nothing and fails."
          />
          <Field label="Grace after the last use" help="A chunk that nothing needs stays for so long.">
            <Select
              value={String(draft.graceMinutes)}
              onChange={(minutes) => onChange({ ...draft, graceMinutes: Number(minutes) })}
              options={graceChoices(draft.graceMinutes)}
            />
          </Field>
        </Fields>
      );
    case 'prune':
      return (
        <>
          <ScopeFields
            datastore={datastore}
            draft={draft}
            onChange={(scope) => onChange({ ...draft, ...scope })}
          />
          <KeepFields
            label="Keeps of each group"
            keep={draft.keep}
            onChange={(keep) => onChange({ ...draft, keep })}
            className="grid-cols-2 sm:grid-cols-3"
          />
          {rulesOf(draft.keep).length === 0 && (
            <KeepPresets onChoose={(keep) => onChange({ ...draft, keep })} />
          )}
        </>
      );
    case 'verify':
      return (
        <>
          <ScopeFields
            datastore={datastore}
            draft={draft}
            onChange={(scope) => onChange({ ...draft, ...scope })}
          />
          <Fields>
            <Field label="Read sound ones again" help="What is damaged, or was never read, is always read.">
              <Select
                value={String(draft.againDays)}
                onChange={(days) => onChange({ ...draft, againDays: days === 'null' ? null : Number(days) })}
                options={againChoices(draft.againDays)}
              />
            </Field>
            <Field label="Budget of a run" optional help="Begins no further snapshot once so much was read.">
              <Input
                inputMode="numeric"
                autoComplete="off"
                placeholder="No limit"
                unit="GiB"
                value={draft.budget}
                onChange={(event) => onChange({ ...draft, budget: digits(event.target.value, 7) })}
              />
            </Field>
          </Fields>
        </>
      );
    default:
      return null;
  }
}

function Fields({ children }: { children: ReactNode }) {
  return <div className="grid gap-4 sm:grid-cols-2">{children}</div>;
}

interface StopFieldProps {
  value: string;
  onChange: (value: string) => void;
  help: string;
}

/** The share of what is stored above which a collection removes nothing. */
export function StopField({ value, onChange, help }: StopFieldProps) {
  return (
    <Field label="Removes at most" optional error={stopProblem(value)} help={help}>
      <Input
        inputMode="numeric"
        autoComplete="off"
        placeholder="No limit"
        unit="%"
        value={value}
        onChange={(event) => onChange(digits(event.target.value, 3))}
      />
    </Field>
  );
}

function digits(text: string, atMost: number): string {
  return text.replace(/\D/g, '').slice(0, atMost);
}
