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
  const values = await Promise.all(keys.map(async (key) => [key, await readSetting(db, key)] as const));
  return Object.fromEntries(values) as unknown as Settings;
}
