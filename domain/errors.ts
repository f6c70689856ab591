/**
 * Every failure that a user can meet has one stable code. This table is its only home: tRPC status, HTTP
 * status, exit status of the CLI and the page `docs/errors.md` are all read from here.
 */

/** When trying the same thing again makes sense. */
export type Retry = 'never' | 'later' | 'now';

/** tRPC's names for what went wrong; each maps to one HTTP status. */
export type Kind =
  | 'BAD_REQUEST'
  | 'UNAUTHORIZED'
  | 'FORBIDDEN'
  | 'NOT_FOUND'
  | 'CONFLICT'
  | 'PRECONDITION_FAILED'
  | 'PAYLOAD_TOO_LARGE'
  | 'TOO_MANY_REQUESTS'
  | 'SERVICE_UNAVAILABLE'
  | 'INTERNAL_SERVER_ERROR';

interface CodeEntry {
  kind: Kind;
  /** Exit status of the CLI: 2 usage, 3 not allowed, 4 not found, 5 conflict, 6 unavailable, 7 damaged, 8 full, 130 cancelled. */
  exit: number;
  retry: Retry;
  /** One line for `docs/errors.md`. */
  meaning: string;
}

const usage = (meaning: string): CodeEntry => ({ kind: 'BAD_REQUEST', exit: 2, retry: 'never', meaning });
const conflict = (meaning: string): CodeEntry => ({ kind: 'CONFLICT', exit: 5, retry: 'never', meaning });
const busy = (meaning: string): CodeEntry => ({ kind: 'CONFLICT', exit: 5, retry: 'later', meaning });
const missing = (meaning: string): CodeEntry => ({ kind: 'NOT_FOUND', exit: 4, retry: 'never', meaning });
const unavailable = (meaning: string): CodeEntry => ({
  kind: 'SERVICE_UNAVAILABLE',
  exit: 6,
  retry: 'later',
  meaning,
});
const unmet = (meaning: string): CodeEntry => ({
  kind: 'PRECONDITION_FAILED',
  exit: 5,
  retry: 'never',
  meaning,
});

export const ERROR_CODES = {
  // input
  INPUT_INVALID: usage('A value does not have the required form.'),
  NAME_INVALID: usage('A name has characters or a length that are not allowed.'),
  NAMESPACE_INVALID: usage('A namespace path is malformed or too deep.'),
  REFERENCE_INVALID: usage('A group or snapshot reference cannot be read.'),
  PATH_INVALID: usage('A path is not absolute, not normalised, or contains a symbolic link.'),
  PATTERN_INVALID: usage('An exclude pattern cannot be read.'),
  SCHEDULE_INVALID: usage('A schedule is no calendar event.'),
  INPUT_TOO_LARGE: {
    kind: 'PAYLOAD_TOO_LARGE',
    exit: 2,
    retry: 'never',
    meaning: 'The input exceeds a limit.',
  },

  PROCEDURE_NOT_FOUND: missing('The API has nothing at this address, or not with this method.'),
  IDEMPOTENCY_KEY_REUSED: conflict('The Idempotency-Key was used for another request within 24 hours.'),
  IDEMPOTENCY_IN_PROGRESS: busy('The same request with this Idempotency-Key has not been answered yet.'),

  // who may
  AUTH_REQUIRED: { kind: 'UNAUTHORIZED', exit: 3, retry: 'never', meaning: 'No valid session or token.' },
  AUTH_FAILED: {
    kind: 'UNAUTHORIZED',
    exit: 3,
    retry: 'never',
    meaning: 'User name, password or token is wrong.',
  },
  AUTH_THROTTLED: {
    kind: 'TOO_MANY_REQUESTS',
    exit: 3,
    retry: 'later',
    meaning: 'Too many failed sign-ins.',
  },
  PASSWORD_NEEDED: {
    kind: 'FORBIDDEN',
    exit: 3,
    retry: 'never',
    meaning: 'The act wants the password of the session again.',
  },
  SETUP_TOKEN_INVALID: {
    kind: 'UNAUTHORIZED',
    exit: 3,
    retry: 'never',
    meaning: 'The setup token is wrong or used.',
  },
  PRIVILEGE_MISSING: {
    kind: 'FORBIDDEN',
    exit: 3,
    retry: 'never',
    meaning: 'The principal lacks a privilege.',
  },
  PRIVILEGE_NOT_HELD: {
    kind: 'FORBIDDEN',
    exit: 3,
    retry: 'never',
    meaning: 'Somebody would get a privilege that the one who gives it does not hold there.',
  },
  OWNER_MISMATCH: {
    kind: 'FORBIDDEN',
    exit: 3,
    retry: 'never',
    meaning: 'The backup group belongs to someone else.',
  },
  LAST_ADMINISTRATOR: unmet('The change would leave the system without an administrator.'),

  // users and tokens
  USER_NOT_FOUND: missing('There is no such user.'),
  USER_EXISTS: conflict('A user of that name exists.'),
  REALM_NOT_FOUND: missing('There is no such realm.'),
  TOKEN_NOT_FOUND: missing('There is no such API token.'),
  TOKEN_EXISTS: conflict('A token of that name exists.'),
  USER_GROUP_NOT_FOUND: missing('There is no such group of users.'),
  USER_GROUP_EXISTS: conflict('A group of users has that name.'),
  ROLE_NOT_FOUND: missing('There is no such role.'),
  ROLE_EXISTS: conflict('A role of that name exists.'),
  ROLE_BUILT_IN: unmet('The role is built in and cannot be changed.'),
  ROLE_IN_USE: unmet('The role is granted somewhere.'),
  PASSWORD_WEAK: usage('The password does not meet the rules.'),

  // datastores
  DATASTORE_NOT_FOUND: missing('There is no such datastore.'),
  DATASTORE_EXISTS: conflict('A datastore of that name exists.'),
  DATASTORE_OFFLINE: unavailable('The storage of the datastore cannot be reached.'),
  DATASTORE_MAINTENANCE: unavailable('The datastore is in maintenance.'),
  DATASTORE_NOT_OWNED: unavailable('No worker owns the datastore at this moment.'),
  DATASTORE_BUSY: busy('Running work on the datastore prevents this.'),
  DATASTORE_PATH_NOT_ALLOWED: usage('The path is outside the allowed roots.'),
  DATASTORE_PATH_NOT_EMPTY: conflict('The directory has content.'),
  DATASTORE_PATH_OVERLAP: conflict('The path is equal to, inside or around that of another datastore.'),
  DATASTORE_SAME_FILESYSTEM: unmet('Another datastore lives on the same filesystem.'),
  DATASTORE_FILESYSTEM_UNFIT: unmet('The filesystem cannot keep what a datastore needs.'),
  DATASTORE_LAYOUT_INVALID: unmet('The directory is not a datastore that can be opened.'),
  DATASTORE_IDENTITY_MISMATCH: unavailable('The storage at the path is not the one that was recorded.'),
  DATASTORE_IN_USE: busy('Another server or process uses the datastore.'),

  // content
  NAMESPACE_NOT_FOUND: missing('There is no such namespace.'),
  NAMESPACE_EXISTS: conflict('The namespace exists.'),
  NAMESPACE_NOT_EMPTY: unmet('There is something in the namespace.'),
  NAMESPACE_LOCKED: busy('The namespace is in use.'),
  GROUP_NOT_FOUND: missing('There is no such backup group.'),
  GROUP_EXISTS: conflict('There is a backup group of that type and id.'),
  GROUP_LOCKED: busy('The backup group is in use.'),
  MOVE_SAME_PLACE: usage('What is to be moved is there already.'),
  MOVE_OTHER_DATASTORE: usage('A move would lead into another datastore.'),
  MOVE_OTHER_GROUP: usage('A move would change the type or the id of a group.'),
  MOVE_INTO_ITSELF: usage('A namespace would be moved into itself.'),
  MOVE_TIMES_OVERLAP: conflict('Groups that would be merged have snapshots of the same span of time.'),
  SNAPSHOT_NOT_FOUND: missing('There is no such snapshot.'),
  SNAPSHOT_EXISTS: conflict('A snapshot of that time exists.'),
  SNAPSHOT_LOCKED: busy('The snapshot is in use.'),
  SNAPSHOT_PROTECTED: unmet('The snapshot is protected.'),
  SNAPSHOT_UNFINISHED: unmet('The snapshot is not finished.'),
  SNAPSHOTS_MISSING: unmet('Far fewer snapshots are there than were last recorded, so nothing is removed.'),
  SNAPSHOT_TIME_TOO_OLD: conflict('The group has a snapshot that is as new or newer.'),
  ARCHIVE_NOT_FOUND: missing('The snapshot has no such archive.'),
  FILE_NOT_FOUND: missing('The archive has no such file.'),
  ARCHIVE_ENCRYPTED: unmet('The archive is encrypted and the server has no key.'),

  // bytes
  CHUNK_MISSING: {
    kind: 'INTERNAL_SERVER_ERROR',
    exit: 7,
    retry: 'never',
    meaning: 'A referenced chunk is missing.',
  },
  DATA_CORRUPT: {
    kind: 'INTERNAL_SERVER_ERROR',
    exit: 7,
    retry: 'never',
    meaning: 'Stored data is damaged.',
  },
  DATA_INVALID: usage('Uploaded data does not match what was announced.'),
  PROTOCOL_VIOLATION: usage('A client broke a rule of the backup protocol.'),

  // garbage collection
  GC_INDEX_UNREADABLE: {
    kind: 'INTERNAL_SERVER_ERROR',
    exit: 7,
    retry: 'never',
    meaning: 'An index cannot be read, so nobody knows which chunks it needs; nothing was removed.',
  },
  GC_TOO_MUCH: unmet('A garbage collection would remove more than its limit allows; no chunk was removed.'),
  GC_CLOCK_UNSURE: unmet(
    'The clocks disagree, so nobody can tell which chunks are in use; nothing more was removed.',
  ),

  // storage
  STORAGE_FULL: {
    kind: 'SERVICE_UNAVAILABLE',
    exit: 8,
    retry: 'later',
    meaning: 'The storage or a quota is full.',
  },
  SCRATCH_FULL: {
    kind: 'SERVICE_UNAVAILABLE',
    exit: 8,
    retry: 'later',
    meaning: 'The scratch directory of the server has no room for what a restore drill restores.',
  },
  STORAGE_READ_ONLY: unavailable('The storage is mounted read-only.'),
  STORAGE_DENIED: { kind: 'FORBIDDEN', exit: 6, retry: 'never', meaning: 'The storage refused access.' },
  STORAGE_UNREACHABLE: unavailable('The storage does not answer.'),
  STORAGE_EXISTS: conflict('An object of that key exists.'),
  STORAGE_MISSING: missing('An object of that key does not exist.'),

  // tasks
  JOB_NOT_FOUND: missing('The datastore has no job of that name.'),
  JOB_EXISTS: conflict('A job of that kind and name exists.'),
  JOB_LIMIT: conflict('The datastore has as many jobs of that kind as it may have.'),
  JOB_IS_DEFAULT: conflict('The default job of a kind cannot be removed.'),
  TASK_NOT_FOUND: missing('There is no such task.'),
  DRILL_NOT_FOUND: missing('There is no such report of a restore drill.'),
  TASK_NOT_REPEATABLE: unmet('The task cannot be run again.'),
  TASK_FAILED: {
    kind: 'INTERNAL_SERVER_ERROR',
    exit: 1,
    retry: 'never',
    meaning: 'The task ended with an error.',
  },
  AUDIT_ROW_NOT_FOUND: missing('The audit log has no such row.'),
  AUDIT_CHAIN_BROKEN: {
    kind: 'INTERNAL_SERVER_ERROR',
    exit: 7,
    retry: 'never',
    meaning: 'Rows of the audit log were changed, removed or inserted behind the back of the product.',
  },
  AUDIT_ANCHOR_MISSING: {
    kind: 'INTERNAL_SERVER_ERROR',
    exit: 7,
    retry: 'never',
    meaning: 'The audit log has no row with the hash that was noted earlier.',
  },
  TASK_LOST: {
    kind: 'SERVICE_UNAVAILABLE',
    exit: 6,
    retry: 'now',
    meaning: 'The worker that ran the task stopped.',
  },
  CANCELLED: { kind: 'CONFLICT', exit: 130, retry: 'now', meaning: 'The work was cancelled.' },

  // client side
  SERVER_UNREACHABLE: unavailable('The server does not answer.'),
  FINGERPRINT_MISMATCH: {
    kind: 'FORBIDDEN',
    exit: 3,
    retry: 'never',
    meaning: 'The server shows another certificate.',
  },
  TARGET_NOT_EMPTY: conflict('The target of a restore has content.'),
  SOURCE_NOT_FOUND: missing('There is no such source.'),
  SOURCE_UNREADABLE: { kind: 'BAD_REQUEST', exit: 6, retry: 'never', meaning: 'A source cannot be read.' },
  ARCHIVE_UNSAFE: {
    kind: 'BAD_REQUEST',
    exit: 7,
    retry: 'never',
    meaning: 'An archive tries to leave its target.',
  },

  // the system itself
  DATABASE_UNAVAILABLE: unavailable('The database does not answer.'),
  CONFLICTING_CHANGE: conflict('Someone else changed it in the meantime.'),
  SHUTTING_DOWN: unavailable('The server is stopping.'),
  INTERNAL: {
    kind: 'INTERNAL_SERVER_ERROR',
    exit: 1,
    retry: 'never',
    meaning: 'A defect; the log has the details.',
  },
} as const satisfies Record<string, CodeEntry>;

export type ErrorCode = keyof typeof ERROR_CODES;

export interface ErrorMore {
  /** What the user can do. */
  hint?: string;
  /** The input field that is meant. */
  field?: string;
  /** The privileges of which one is missing, and where: for the page that says so. */
  needs?: { anyOf: readonly string[]; path: string };
  /** For the log only; may name paths and internals. */
  detail?: string;
  cause?: unknown;
}

/** The one error type that crosses rooms. `message` and `hint` are safe to show; `detail` and `cause` are not. */
export class BackupError extends Error {
  readonly code: ErrorCode;
  readonly hint: string | undefined;
  readonly field: string | undefined;
  readonly needs: ErrorMore['needs'];
  readonly detail: string | undefined;

  constructor(code: ErrorCode, message: string, more: ErrorMore = {}) {
    super(message, more.cause === undefined ? undefined : { cause: more.cause });
    this.name = 'BackupError';
    this.code = code;
    this.hint = more.hint;
    this.field = more.field;
    this.needs = more.needs;
    this.detail = more.detail;
  }

  get retry(): Retry {
    return ERROR_CODES[this.code].retry;
  }
}

export function isBackupError(error: unknown, ...codes: ErrorCode[]): error is BackupError {
  return error instanceof BackupError && (codes.length === 0 || codes.includes(error.code));
}

/** Any thrown thing as a BackupError; what is not one is a defect and says nothing internal to the user. */
export function asBackupError(error: unknown): BackupError {
  if (error instanceof BackupError) return error;
  const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return new BackupError('INTERNAL', 'Something went wrong inside the server.', {
    hint: 'The server log has the details under the request id.',
    detail,
    cause: error,
  });
}

/** A broken invariant ends the work at hand: going on could write wrong bytes. */
export function assert(condition: unknown, invariant: string): asserts condition {
  if (!condition)
    throw new BackupError('INTERNAL', 'An internal check failed.', { detail: `invariant: ${invariant}` });
}

/** For the default arm of a switch over a union: the compiler proves that it is never reached. */
export function unreachable(value: never): never {
  throw new BackupError('INTERNAL', 'An internal check failed.', {
    detail: `unexpected value ${String(value)}`,
  });
}
