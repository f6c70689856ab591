import { SETTINGS, type SettingKey, type Settings, type UpdateSettingsInput } from '#domain/settings.ts';
import { UsageError } from '../../command.ts';
import type { Block } from '../../print/record.ts';

/** Settings as words of a command line: `allowedRoots=/mnt,/srv`, `allowedRoots+=/backup`. */

const KEYS = Object.keys(SETTINGS) as SettingKey[];

export function settingBlocks(settings: Settings): Block[] {
  return [KEYS.map((key) => [key, textOf(settings[key])] as const)];
}

function textOf(value: Settings[SettingKey]): string {
  return Array.isArray(value) ? value.join(', ') : String(value) || '—';
}

export type Change = { key: SettingKey; operator: '=' | '+=' | '-='; text: string };

export function parseChange(word: string): Change {
  const match = /^([A-Za-z][A-Za-z-]*[A-Za-z])(\+=|-=|=)(.*)$/s.exec(word);
  const wanted = match?.[1]?.replaceAll('-', '').toLowerCase();
  const key = KEYS.find((name) => name.toLowerCase() === wanted);
  if (!match || !key) {
    throw new UsageError(
      `${JSON.stringify(word)} is not a setting with its value.`,
      `Write KEY=VALUE with one of: ${KEYS.join(', ')}.`,
    );
  }
  return { key, operator: match[2] as Change['operator'], text: match[3] ?? '' };
}

/** What the server is asked for. What each value may be, and what a list then holds, is decided there. */
export function settingsInput(changes: readonly Change[]): UpdateSettingsInput {
  return Object.assign({}, ...changes.map(inputOf)) as UpdateSettingsInput;
}

function inputOf({ key, operator, text }: Change): Record<string, unknown> {
  if (key === 'allowedRoots') return { [LIST_FIELDS[operator]]: text.split(',').map((part) => part.trim()) };
  if (operator !== '=') throw new UsageError(`${key} is no list: write ${key}=VALUE.`);
  if (typeof SETTINGS[key].initial !== 'number') return { [key]: text };
  if (/^\d{1,15}$/.test(text)) return { [key]: Number(text) };
  throw new UsageError(`${key}: ${JSON.stringify(text)} is not a whole number.`);
}

const LIST_FIELDS = {
  '=': 'allowedRoots',
  '+=': 'allowedRootsAdd',
  '-=': 'allowedRootsRemove',
} as const satisfies Record<Change['operator'], keyof UpdateSettingsInput>;
