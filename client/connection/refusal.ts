import { BackupError, ERROR_CODES, type ErrorCode } from '#domain/errors.ts';

/** Refusals of a gateway: a status, a text in the words of the protocol, and from our own server a code. */

/** In which our own server says the code of a refusal. */
export const CODE_HEADER = 'x-ibs-code';

const CODES: Record<number, ErrorCode> = {
  401: 'AUTH_FAILED',
  403: 'PRIVILEGE_MISSING',
  404: 'NAMESPACE_NOT_FOUND',
  503: 'SHUTTING_DOWN',
};

/** What to do about what is met most. The texts of the protocol are short, and other clients read them. */
const HINTS: Partial<Record<ErrorCode, string>> = {
  AUTH_FAILED:
    'The token is wrong, has expired or was revoked, or its user is disabled. Make one: ironcore-backup token create --help',
  PRIVILEGE_MISSING:
    'A token may do what both it and its user may. Grant a role to the one that lacks it: ironcore-backup acl grant --help',
  OWNER_MISMATCH:
    'The group belongs to whoever made its first backup. Use that token; a backup can also go to another --backup-id or --ns.',
  DATASTORE_NOT_FOUND: 'Check the name; on the server: ironcore-backup datastore list',
  DATASTORE_MAINTENANCE: 'Try again when maintenance has ended: ironcore-backup datastore show NAME',
  DATASTORE_OFFLINE: 'Its storage cannot be reached; on the server: ironcore-backup datastore show NAME',
  DATASTORE_NOT_OWNED: 'The server may be starting; try again in a minute.',
  NAMESPACE_NOT_FOUND:
    'Make it first: ironcore-backup namespace create DATASTORE NAMESPACE. Those that exist: namespace list DATASTORE',
  SNAPSHOT_NOT_FOUND: 'List them: ironcore-backup snapshot list DATASTORE',
  SNAPSHOT_TIME_TOO_OLD:
    'A backup must be newer than those of its group. Leave --backup-time out, or use another id.',
  GROUP_LOCKED:
    'Another backup of the group is running; wait for its end: ironcore-backup task list --state running',
  SNAPSHOT_LOCKED: 'Somebody reads it or changes it; try again when that has ended.',
  STORAGE_FULL: 'Free some space, or use another datastore.',
  SHUTTING_DOWN: 'Try again when the server is back.',
};

/** The server's own words, with its code or, from servers that have none, the one that comes closest. */
export function refusal(status: number, text: string, code: unknown): BackupError {
  const words = text.trim() || `The server answered with status ${status}.`;
  const known = typeof code === 'string' && code in ERROR_CODES && code !== 'PROTOCOL_VIOLATION';
  const meant = known ? (code as ErrorCode) : (CODES[status] ?? codeOf(words));
  const hint = HINTS[meant];
  return new BackupError(meant, asSentence(words), hint === undefined ? {} : { hint });
}

/** `datastore 'x' does not exist` → `Datastore 'x' does not exist.` */
function asSentence(words: string): string {
  const begun = `${words.charAt(0).toUpperCase()}${words.slice(1)}`.replace(/[:\s]+$/, '');
  return /[.!?]$/.test(begun) ? begun : `${begun}.`;
}

function codeOf(message: string): ErrorCode {
  if (/is in use|locked/.test(message)) return 'GROUP_LOCKED';
  if (/maintenance mode/.test(message)) return 'DATASTORE_MAINTENANCE';
  if (/^datastore '.*' (is|does not)/.test(message)) return 'DATASTORE_OFFLINE';
  if (/does not exist/.test(message)) return 'SNAPSHOT_NOT_FOUND';
  if (/^no permissions on|permission check failed/.test(message)) return 'PRIVILEGE_MISSING';
  if (/owner check failed/.test(message)) return 'OWNER_MISMATCH';
  if (/no space|quota/.test(message)) return 'STORAGE_FULL';
  return 'PROTOCOL_VIOLATION';
}
