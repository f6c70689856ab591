import { z } from 'zod';

/**
 * What an audit of a datastore can find (docs/reliability.md): a code that scripts can rely on, the number of the
 * invariant that does not hold, and how bad that is. An error breaks a promise; a warning only needs a look.
 */
export const FINDINGS = {
  'manifest-damaged': { invariant: 1, severity: 'error' },
  'file-missing': { invariant: 1, severity: 'error' },
  'file-damaged': { invariant: 1, severity: 'error' },
  'chunk-missing': { invariant: 1, severity: 'error' },
  'chunk-damaged': { invariant: 1, severity: 'error' },
  'chunk-directory-missing': { invariant: 1, severity: 'error' },
  'owner-missing': { invariant: 3, severity: 'error' },
  'owner-malformed': { invariant: 3, severity: 'error' },
  'record-missing': { invariant: 3, severity: 'error' },
  'record-stale': { invariant: 3, severity: 'error' },
  'record-differs': { invariant: 3, severity: 'error' },
  'index-outside': { invariant: 5, severity: 'error' },
  'file-unnamed': { invariant: 5, severity: 'warning' },
  'snapshot-name': { invariant: 5, severity: 'warning' },
  'unknown-name': { invariant: 5, severity: 'warning' },
  'notes-too-large': { invariant: 5, severity: 'warning' },
  'lock-held': { invariant: 6, severity: 'error' },
  'writer-held': { invariant: 6, severity: 'error' },
  'task-orphaned': { invariant: 7, severity: 'error' },
  'task-waits': { invariant: 7, severity: 'warning' },
  'task-log-unended': { invariant: 7, severity: 'warning' },
  'temporary-left': { invariant: 8, severity: 'warning' },
  'removal-interrupted': { invariant: 8, severity: 'warning' },
  'move-interrupted': { invariant: 8, severity: 'warning' },
  'provisioning-left': { invariant: 8, severity: 'warning' },
  'figures-differ': { invariant: 9, severity: 'error' },
  'capacity-impossible': { invariant: 9, severity: 'error' },
  'change-unrecorded': { invariant: 10, severity: 'error' },
  'owner-record-missing': { invariant: 11, severity: 'error' },
  'owner-differs': { invariant: 11, severity: 'error' },
} as const satisfies Record<string, { invariant: number; severity: 'error' | 'warning' }>;

export type FindingCode = keyof typeof FINDINGS;

/** As the result of a task holds it; a newer server may have codes that this one does not know. */
export const AuditFinding = z.object({
  code: z.string(),
  invariant: z.number().int(),
  severity: z.enum(['error', 'warning']),
  /** The snapshot, group, file or task that is meant. */
  where: z.string(),
  what: z.string(),
});
export type AuditFinding = z.infer<typeof AuditFinding>;

export function findingOf(code: FindingCode, where: string, what: string): AuditFinding {
  return { code, ...FINDINGS[code], where, what };
}

/** What an audit has come to: how much it looked at, and the first findings of each severity. */
export const AuditResult = z.object({
  snapshots: z.number(),
  errors: z.number(),
  warnings: z.number(),
  findings: z.array(AuditFinding),
});
