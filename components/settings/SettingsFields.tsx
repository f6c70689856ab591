'use client';

import type { SettingKey } from '#domain/settings.ts';
import { Field } from '../ui/forms/Field.tsx';
import { Input, Textarea } from '../ui/forms/Input.tsx';
import { Select } from '../ui/forms/Select.tsx';
import { useNow } from '../ui/time/TimeProvider.tsx';
import { useInBrowser } from '../ui/use-in-browser.ts';
import type { SettingTexts } from './settings-draft.ts';
import { SETTING_LABELS, timeIn } from './settings-words.ts';

interface SettingsFieldsProps {
  texts: SettingTexts;
  errors: Record<string, string | undefined>;
  onChange: (key: SettingKey, text: string) => void;
}

export function SettingsFields({ texts, errors, onChange }: SettingsFieldsProps) {
  const field = (key: SettingKey) => ({ label: SETTING_LABELS[key], error: errors[key] });
  const control = (key: SettingKey) => ({
    name: key,
    value: texts[key],
    autoComplete: 'off',
    spellCheck: false,
    onChange: (event: { target: { value: string } }) => onChange(key, event.target.value),
  });
  return (
    <>
      <Field {...field('siteName')} help="Stands in the titles of pages and in messages." required>
        <Input {...control('siteName')} maxLength={64} />
      </Field>
      <ZoneField
        zone={texts.timeZone}
        error={errors.timeZone}
        onChange={(zone) => onChange('timeZone', zone)}
      />
      <Field
        {...field('gatewayAddress')}
        help="Host and port that clients reach this server under; it stands in the commands that pages show. Empty: the address that the gateway listens on."
        optional
      >
        <Input {...control('gatewayAddress')} placeholder="backup.example.com:8007" className="font-mono" />
      </Field>
      <Field
        {...field('allowedRoots')}
        help="Datastores must lie below one of these directories; one a line."
        required
      >
        <Textarea {...control('allowedRoots')} rows={rowsFor(texts.allowedRoots)} className="font-mono" />
      </Field>
      <Field
        {...field('taskRetentionDays')}
        help="After that, finished tasks are deleted with their logs. Backups are not touched."
        required
      >
        <div className="max-w-60">
          <Input {...control('taskRetentionDays')} inputMode="numeric" unit="days" />
        </div>
      </Field>
      <Field
        {...field('auditRetentionDays')}
        help="Older rows of the audit log are removed; the rest can still be verified. At least 30."
        required
      >
        <div className="max-w-60">
          <Input {...control('auditRetentionDays')} inputMode="numeric" unit="days" />
        </div>
      </Field>
    </>
  );
}

/** All of a short list is seen at once. */
function rowsFor(text: string): number {
  return Math.min(Math.max(text.split('\n').length, 5), 12);
}

interface ZoneFieldProps {
  zone: string;
  error: string | undefined;
  onChange: (zone: string) => void;
}

function ZoneField({ zone, error, onChange }: ZoneFieldProps) {
  const zones = useZones(zone);
  const time = timeIn(zone, useNow());
  return (
    <Field
      label={SETTING_LABELS.timeZone}
      error={error}
      help={`What pages call server time, and the zone that schedules run in.${time ? ` It is ${time} there now.` : ''}`}
    >
      <Select
        name="timeZone"
        value={zone}
        onChange={onChange}
        options={zones.map((value) => ({ value, label: value.replaceAll('_', ' ') }))}
      />
    </Field>
  );
}

/** Server and browser may know different zones, so the first frame has the chosen one alone. */
function useZones(chosen: string): string[] {
  const inBrowser = useInBrowser();
  if (!inBrowser) return [chosen];
  return [...new Set(['UTC', chosen, ...Intl.supportedValuesOf('timeZone')])];
}
