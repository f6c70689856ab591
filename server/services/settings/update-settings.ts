import { changeBetween } from '#domain/audit-change.ts';
import { BackupError } from '#domain/errors.ts';
import { changedList, SETTINGS, type SettingKey, type UpdateSettingsInput } from '#domain/settings.ts';
import { recordAudit } from '#drizzle/audit.ts';
import { recountJobs } from '#drizzle/jobs.ts';
import { changeSetting, readSetting, writeSetting } from '#drizzle/settings.ts';
import { requirePrivilege } from '../../auth/require-privilege.ts';
import { actor, type ServiceContext } from '../context.ts';
import { readSettings } from './read-settings.ts';

export async function updateSettings(context: ServiceContext, input: UpdateSettingsInput): Promise<void> {
  const caller = await requirePrivilege(context, '/system', 'Sys.Modify');
  const { allowedRootsAdd, allowedRootsRemove, ...values } = input;
  await context.db.transaction(async (tx) => {
    const before = await readSettings(tx);
    for (const [key, value] of Object.entries(values)) {
      if (value !== undefined) await writeSetting(tx, key as SettingKey, value as never, caller.principal);
    }
    if (allowedRootsAdd || allowedRootsRemove) {
      const change = { add: allowedRootsAdd, remove: allowedRootsRemove };
      await changeSetting(tx, 'allowedRoots', (roots) => changedRoots(roots, change), caller.principal);
    }
    const to = await readSetting(tx, 'timeZone');
    if (to !== before.timeZone)
      await recountJobs(tx, { from: before.timeZone, to, now: context.clock.now() });
    await recordAudit(tx, {
      ...actor(context),
      action: 'settings.update',
      subject: 'settings',
      ...changeBetween(before, await readSettings(tx)),
    });
  });
}

function changedRoots(roots: readonly string[], change: Parameters<typeof changedList>[1]): string[] {
  const parsed = SETTINGS.allowedRoots.schema.safeParse(changedList(roots, change));
  if (parsed.success) return parsed.data;
  throw new BackupError('INPUT_INVALID', 'There must be 1 to 64 allowed roots.', {
    field: 'allowedRoots',
    hint: `At this moment these are allowed: ${roots.join(', ')}.`,
  });
}
