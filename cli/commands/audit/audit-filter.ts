import { AUDIT_OUTCOMES } from '#domain/audit-log.ts';
import { choice, pastMoment, text } from '../../values.ts';

/** What rows of the audit log are chosen by. */
export const auditFilter = {
  by: text('--by <principal>', 'Only by this user with its tokens, or by this token', {
    complete: 'principal',
  }),
  action: text('--action <action>', 'Only this action, such as user.update, or all of a noun, such as user'),
  subject: text('--subject <text>', 'Only where what it was done to contains this'),
  outcome: choice('--result <result>', AUDIT_OUTCOMES, 'Only what was done, or what was refused', {
    field: 'outcome',
  }),
  since: pastMoment('--since <time>', 'Only since then: 24h, 7d, or a time such as 2026-11-27T08:00Z'),
  until: pastMoment('--until <time>', 'Only before then'),
};
