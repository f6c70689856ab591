import { Field } from '../../ui/forms/Field.tsx';
import { Input } from '../../ui/forms/Input.tsx';
import { Select } from '../../ui/forms/Select.tsx';
import { PRESETS, presetOf, type ScheduleDraft, scheduleProblem, windowProblem } from './schedule-draft.ts';

interface ScheduleFieldsProps {
  draft: ScheduleDraft;
  onChange: (draft: ScheduleDraft) => void;
  /** Whether it may be held to a part of the day. */
  hasWindow?: boolean;
  /** Of the field for the schedule: the first one that is wrong is found by it. */
  name?: string;
  className?: string;
}

const WINDOW_HELP =
  'A run waits for its beginning. Garbage collection and verification stop at its end, and go on in the next one.';

/** How often, by choice or as text, and in which part of the day. */
export function ScheduleFields({ draft, onChange, hasWindow = true, name, className }: ScheduleFieldsProps) {
  const preset = presetOf(draft.schedule);
  const choose = (value: string) => {
    const chosen = PRESETS.find((one) => one.value === value);
    if (chosen && chosen.schedule !== null) onChange({ ...draft, schedule: chosen.schedule });
  };
  return (
    <div className={className}>
      <Field label="How often">
        <Select
          value={preset}
          onChange={choose}
          options={PRESETS.map(({ value, label, schedule }) => ({
            ...{ value, label },
            disabled: schedule === null && preset !== 'custom',
          }))}
        />
      </Field>
      <Field
        label="Schedule"
        error={scheduleProblem(draft.schedule)}
        help="Such as Sun 05:00, mon..fri 22:30 or monthly; empty for manual only."
      >
        <Input
          name={name}
          value={draft.schedule}
          onChange={(event) => onChange({ ...draft, schedule: event.target.value })}
          autoComplete="off"
          spellCheck={false}
          className="font-mono"
        />
      </Field>
      {hasWindow && (
        <Field
          label="Only in this part of the day"
          optional
          error={windowProblem(draft.window)}
          help={WINDOW_HELP}
          className="sm:col-span-full"
        >
          <Input
            name={name && `${name}-window`}
            value={draft.window}
            onChange={(event) => onChange({ ...draft, window: event.target.value })}
            placeholder="22:00-06:00"
            autoComplete="off"
            spellCheck={false}
            className="font-mono"
          />
        </Field>
      )}
    </div>
  );
}
