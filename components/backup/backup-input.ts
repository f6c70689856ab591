import { z } from 'zod';
import { TOKEN_NAME } from '#domain/account.ts';
import { BACKUP_TYPES, type BackupType } from '#domain/ids.ts';
import { GroupInput } from '#domain/snapshot.ts';
import { EXPIRY_CHOICES, type Expiry } from '../access/expiry.ts';

/** What the dialog asks before it makes a token. */

export const TYPE_WORDS: Record<BackupType, string> = {
  host: 'Host: a physical machine or a server',
  vm: 'VM: a virtual machine',
  ct: 'CT: a container',
};
export const TYPE_OPTIONS = [...BACKUP_TYPES]
  .reverse()
  .sort((a, b) => Number(b === 'host') - Number(a === 'host'))
  .map((type) => ({ value: type, label: TYPE_WORDS[type] }));

const EXPIRIES = EXPIRY_CHOICES.map((choice) => choice.value) as [Expiry, ...Expiry[]];

/** `NAME.pxar:DIRECTORY`, `NAME.img:DEVICE`, `NAME.conf:FILE`. */
const SOURCE = /^[A-Za-z0-9_][A-Za-z0-9._-]*\.(pxar|img|conf):.+$/;

export const BackupFormInput = GroupInput.extend({
  sources: z
    .string()
    .trim()
    .min(1, { error: 'Say what to back up, such as root.pxar:/.', abort: true })
    .transform((text) => text.split(/\s+/).filter((word) => word !== ''))
    .refine((words) => words.length > 0 && words.every((word) => SOURCE.test(word)), {
      error: 'Write NAME.pxar:DIRECTORY, NAME.img:DEVICE or NAME.conf:FILE.',
    }),
  tokenName: TOKEN_NAME,
  expiry: z.enum(EXPIRIES),
});
export type BackupFormInput = z.infer<typeof BackupFormInput>;

const TOKEN_NAME_MAX = 64;

/** `backup-web-1`, cut to what a token may be called. */
export function tokenNameFor(backupId: string): string {
  return `backup-${backupId}`.slice(0, TOKEN_NAME_MAX);
}
