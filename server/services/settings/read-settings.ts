import { SETTINGS, type SettingKey, type Settings } from '#domain/settings.ts';
import type { Executor } from '#drizzle/client.ts';
import { readSetting } from '#drizzle/settings.ts';
import { requirePrivilege } from '../../auth/require-privilege.ts';
import type { ServiceContext } from '../context.ts';

export async function getSettings(context: ServiceContext): Promise<Settings> {
  await requirePrivilege(context, '/system', 'Sys.Audit', 'Sys.Modify');
  return readSettings(context.db);
}

export async function readSettings(db: Executor): Promise<Settings> {
  // public: only called by services that have authorized
  const keys = Object.keys(SETTINGS) as SettingKey[];
  const values: [SettingKey, unknown][] = [];
  // One after the other: a transaction answers one question at a time.
  for (const key of keys) values.push([key, await readSetting(db, key)]);
  return Object.fromEntries(values) as unknown as Settings;
}
