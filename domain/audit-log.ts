import { z } from 'zod';
import { ERROR_CODES, type ErrorCode } from './errors.ts';

/** What can be asked of the audit log. */

export const AUDIT_OUTCOMES = ['done', 'refused'] as const;
export type AuditOutcome = (typeof AUDIT_OUTCOMES)[number];

/** A date, or ISO 8601. */
const Moment = z.union([
  z.date().min(new Date(0)),
  z.iso.datetime({ offset: true }).transform((text) => new Date(text)),
]);
const Text = z.string().trim().min(1).max(512);

const RowId = z.number().int().min(1).max(Number.MAX_SAFE_INTEGER);

export const AuditFilter = z.object({
  /** A user with its tokens, or one token. */
  by: Text.optional(),
  /** `datastore.update`, or the noun `datastore` for all of its verbs. */
  action: Text.optional(),
  /** Part of what it was done to. */
  subject: Text.optional(),
  outcome: z.enum(AUDIT_OUTCOMES).optional(),
  since: Moment.optional(),
  until: Moment.optional(),
});
export type AuditFilter = z.infer<typeof AuditFilter>;

export const AuditListInput = AuditFilter.extend({
  limit: z.number().int().min(1).max(500).default(50),
  /** Id of the last row of the page before. */
  cursor: RowId.optional(),
});
export type AuditListInput = z.infer<typeof AuditListInput>;

export const AuditRowInput = z.object({ id: RowId });

export const AuditExportInput = AuditFilter.extend({
  limit: z.number().int().min(1).max(2000).default(1000),
  /** Position of the last row of the page before. */
  after: z.number().int().min(0).max(Number.MAX_SAFE_INTEGER).default(0),
});
export type AuditExportInput = z.infer<typeof AuditExportInput>;

export const AuditVerifyPayload = z.object({
  /** `POSITION:HASH` or a hash, noted when the chain was known to be whole. */
  expect: z
    .string()
    .trim()
    .regex(/^(\d{1,15}:)?[0-9a-fA-F]{64}$/, 'The anchor that was printed: POSITION:HASH, or the hash alone.')
    .nullable()
    .default(null),
});
export type AuditVerifyPayload = z.infer<typeof AuditVerifyPayload>;

/** Whether a failure says that somebody may not do what was tried. */
export function isRefusal(code: ErrorCode): boolean {
  return ['UNAUTHORIZED', 'FORBIDDEN', 'TOO_MANY_REQUESTS'].includes(ERROR_CODES[code].kind);
}

/** Or is told that there is no such thing, which is also said of what is hidden from the caller. */
export function isRefusedChange(code: ErrorCode): boolean {
  return isRefusal(code) || ERROR_CODES[code].kind === 'NOT_FOUND';
}
