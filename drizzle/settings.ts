import { eq, sql } from 'drizzle-orm';
import { SETTINGS, type SettingKey, type SettingValue } from '#domain/settings.ts';
import { announce } from './changes.ts';
import type { Executor, Transaction } from './client.ts';
import { setting } from './schema/system.ts';

/** A stored value that the schema does not accept any more counts as not set. */
export async function readSetting<K extends SettingKey>(db: Executor, key: K): Promise<SettingValue<K>> {
  const [row] = await db.select({ value: setting.value }).from(setting).where(eq(setting.key, key));
  const parsed = SETTINGS[key].schema.safeParse(row?.value);
  return (parsed.success ? parsed.data : SETTINGS[key].initial) as SettingValue<K>;
}

/** Works a value out from the one that is there, which nobody else changes in the meantime. */
export async function changeSetting<K extends SettingKey>(
  tx: Transaction,
  key: K,
  change: (current: SettingValue<K>) => SettingValue<K>,
  updatedBy: string,
): Promise<void> {
  // There must be a row to lock.
  const { initial } = SETTINGS[key];
  await tx.insert(setting).values({ key, value: initial, updatedBy }).onConflictDoNothing();
  await tx.select({ key: setting.key }).from(setting).where(eq(setting.key, key)).for('update');
  await writeSetting(tx, key, change(await readSetting(tx, key)), updatedBy);
}

export async function writeSetting<K extends SettingKey>(
  db: Executor,
  key: K,
  value: SettingValue<K>,
  updatedBy: string,
): Promise<void> {
  await db
    .insert(setting)
    .values({ key, value, updatedBy })
    .onConflictDoUpdate({ target: setting.key, set: { value, updatedBy, updatedAt: sql`now()` } });
  await announce(db, 'settings', key);
}
