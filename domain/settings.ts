import { z } from 'zod';
import { isTimeZone } from './calendar/zone.ts';
import { checkPathSyntax } from './datastore.ts';

/** What an administrator can set for the whole installation, with what holds until then. */

const RootPath = z
  .string()
  .refine((path) => path === '/' || checkPathSyntax(path).ok, 'An absolute, normal path.');

/** Nothing, a name, an IPv4 address or an IPv6 one in brackets, with a port or without: it is shown in commands. */
const GATEWAY_ADDRESS = /^((\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9][A-Za-z0-9._-]*)(:\d{1,5})?)?$/;

export const SETTINGS = {
  /** Name of this installation, in titles and messages. */
  siteName: { schema: z.string().trim().min(1).max(64), initial: 'Ironcore Backup' },
  /** Datastores on local filesystems must lie below one of these. */
  allowedRoots: {
    schema: z.array(RootPath).min(1).max(64),
    initial: ['/mnt', '/media', '/srv', '/backup', '/data'],
  },
  /** Days that finished tasks and their logs are kept. */
  taskRetentionDays: { schema: z.number().int().min(1).max(3650), initial: 90 },
  /** Days that rows of the audit log are kept. */
  auditRetentionDays: { schema: z.number().int().min(30).max(36_500), initial: 3650 },
  /** Zone that schedules run in and that "server time" means. */
  timeZone: { schema: z.string().refine(isTimeZone, 'A time zone such as Europe/Berlin.'), initial: 'UTC' },
  /** Address that clients reach the backup gateway under, shown in commands; empty for this host's own. */
  gatewayAddress: {
    schema: z
      .string()
      .trim()
      .max(255)
      .regex(GATEWAY_ADDRESS, 'A host, or host:port, such as backup.example.com:8007.'),
    initial: '',
  },
} as const;

export type SettingKey = keyof typeof SETTINGS;
export type SettingValue<K extends SettingKey> = z.infer<(typeof SETTINGS)[K]['schema']>;
export type Settings = { [K in SettingKey]: SettingValue<K> };

export const UpdateSettingsInput = z
  .object({
    siteName: SETTINGS.siteName.schema,
    allowedRoots: SETTINGS.allowedRoots.schema,
    taskRetentionDays: SETTINGS.taskRetentionDays.schema,
    auditRetentionDays: SETTINGS.auditRetentionDays.schema,
    timeZone: SETTINGS.timeZone.schema,
    gatewayAddress: SETTINGS.gatewayAddress.schema,
    /** Roots to add to those that are there and to take away from them: two who do so at once both get their way. */
    allowedRootsAdd: z.array(RootPath).max(64),
    allowedRootsRemove: z.array(z.string()).max(64),
  })
  .partial();
export type UpdateSettingsInput = z.infer<typeof UpdateSettingsInput>;

/** A list with some added at its end, each once, and some taken away. */
export function changedList(
  current: readonly string[],
  { add = [], remove = [] }: { add?: readonly string[] | undefined; remove?: readonly string[] | undefined },
): string[] {
  return [...new Set([...current, ...add])].filter((entry) => !remove.includes(entry));
}
