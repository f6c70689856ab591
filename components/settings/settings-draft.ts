import { SETTINGS, type SettingKey, UpdateSettingsInput } from '#domain/settings.ts';
import type { Settings } from '../trpc/views.ts';

/** Settings as the form holds them: every value as the text that stands in its field. */
export type SettingTexts = Record<SettingKey, string>;

export interface Draft {
  /** What the server said when the field was last untouched. */
  base: SettingTexts;
  edited: SettingTexts;
}

export const SETTING_KEYS = Object.keys(SETTINGS) as SettingKey[];

export function textsOf(settings: Settings): SettingTexts {
  return {
    siteName: settings.siteName,
    allowedRoots: settings.allowedRoots.join('\n'),
    taskRetentionDays: String(settings.taskRetentionDays),
    auditRetentionDays: String(settings.auditRetentionDays),
    timeZone: settings.timeZone,
    gatewayAddress: settings.gatewayAddress,
  };
}

export function newDraft(texts: SettingTexts): Draft {
  return { base: texts, edited: texts };
}

export function changedKeys({ base, edited }: Draft): SettingKey[] {
  return SETTING_KEYS.filter((key) => edited[key] !== base[key]);
}

/**
 * Takes in what is on the server now: fields that nobody touches here simply show it. Touched fields stay, and
 * their base too, so that what was changed on both sides can be told.
 */
export function rebase(draft: Draft, current: SettingTexts): Draft {
  const free = SETTING_KEYS.filter(
    (key) => draft.edited[key] === draft.base[key] || draft.edited[key] === current[key],
  );
  const stale = free.filter((key) => draft.base[key] !== current[key]);
  return stale.length === 0 ? draft : takeOver(draft, current, stale);
}

/** Fields that were changed here and, differently, by somebody else. */
export function conflictingKeys(draft: Draft, current: SettingTexts): SettingKey[] {
  return changedKeys(draft).filter(
    (key) => current[key] !== draft.base[key] && current[key] !== draft.edited[key],
  );
}

/** Their values into the fields. */
export function takeOver(draft: Draft, current: SettingTexts, keys: readonly SettingKey[]): Draft {
  const theirs = pick(current, keys);
  return { base: { ...draft.base, ...theirs }, edited: { ...draft.edited, ...theirs } };
}

/** Their values are known and will be replaced. */
export function overrule(draft: Draft, current: SettingTexts, keys: readonly SettingKey[]): Draft {
  return { ...draft, base: { ...draft.base, ...pick(current, keys) } };
}

function pick(texts: SettingTexts, keys: readonly SettingKey[]): Partial<SettingTexts> {
  return Object.fromEntries(keys.map((key) => [key, texts[key]]));
}

type Parsed =
  | { input: UpdateSettingsInput; errors: Partial<SettingTexts> }
  | { input: null; errors: Partial<SettingTexts> };

/** Only what differs is sent; by the same schema as the server, with what is wrong beside its field. */
export function parseChanges(draft: Draft): Parsed {
  const raw = Object.fromEntries(changedKeys(draft).map((key) => [key, parsedValue(key, draft.edited[key])]));
  const parsed = UpdateSettingsInput.safeParse(raw);
  if (parsed.success) return { input: parsed.data, errors: {} };
  const errors: Partial<SettingTexts> = {};
  for (const { path } of parsed.error.issues) {
    const key = path[0] as SettingKey;
    errors[key] = (draft.edited[key].trim() === '' && MISSING[key]) || WRONG[key];
  }
  return { input: null, errors };
}

const MISSING: Partial<SettingTexts> = {
  siteName: 'Give the site a name.',
  allowedRoots: 'Name at least one directory, such as /mnt.',
  taskRetentionDays: 'Say how many days finished tasks are kept.',
  auditRetentionDays: 'Say how many days the audit log is kept.',
};

const WRONG: SettingTexts = {
  siteName: 'Use 1 to 64 characters.',
  allowedRoots: 'Write at least one absolute path such as /mnt, one a line, without a slash at the end.',
  taskRetentionDays: 'Use a whole number from 1 to 3650.',
  auditRetentionDays: 'Use a whole number from 30 to 36500.',
  timeZone: 'Choose a time zone such as Europe/Berlin.',
  gatewayAddress: 'Write a host or host:port such as backup.example.com:8007, or nothing.',
};

export function linesOf(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

const DAYS = new Set<SettingKey>(['taskRetentionDays', 'auditRetentionDays']);

function parsedValue(key: SettingKey, text: string): unknown {
  if (key === 'allowedRoots') return linesOf(text);
  if (DAYS.has(key)) return /^\d+$/.test(text.trim()) ? Number(text.trim()) : text;
  return text.trim();
}
