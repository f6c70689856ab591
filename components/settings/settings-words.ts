import type { SettingKey, UpdateSettingsInput } from '#domain/settings.ts';
import { cliCommand, commandForms } from '../commands/command-text.ts';
import type { CommandForm } from '../ui/CommandLine.tsx';
import { type Draft, linesOf } from './settings-draft.ts';

export const SHOW_SETTINGS = cliCommand(['settings', 'show']);

export const SETTING_LABELS: Record<SettingKey, string> = {
  siteName: 'Site name',
  timeZone: 'Time zone',
  gatewayAddress: 'Gateway address',
  allowedRoots: 'Allowed roots',
  taskRetentionDays: 'Keep finished tasks',
  auditRetentionDays: 'Keep the audit log',
};

/** The command for what is changed; what is wrong still stands in it as it was typed. */
export function saveCommands(
  { edited }: Draft,
  keys: readonly SettingKey[],
  input: UpdateSettingsInput | null,
): CommandForm[] {
  const words = keys.map((key) => {
    const text = edited[key].trim();
    return `${key}=${key === 'allowedRoots' ? linesOf(text).join(',') : text}`;
  });
  const cli = cliCommand(['settings', 'set', ...words]);
  return input === null ? [{ name: 'CLI', text: cli }] : commandForms(cli, 'settings.update', input);
}

/** `14:05`; null where the browser does not know the zone. */
export function timeIn(zone: string, at: number): string | null {
  try {
    return new Intl.DateTimeFormat('en-GB', { timeZone: zone, hour: '2-digit', minute: '2-digit' }).format(
      at,
    );
  } catch {
    return null;
  }
}

/** A text in one line, for the list of both values of a conflict. */
export function shownText(text: string): string {
  return linesOf(text).join(', ') || 'empty';
}
