import { z } from 'zod';
import { parseDatastoreName } from './ids.ts';
import { ok, type Result, refuse } from './result.ts';
import { SCHEDULE_FIELDS } from './schedule.ts';
import { schemaOf } from './schema.ts';
import { sentence } from './sentence.ts';
import { TRASH_DAYS_DEFAULT, TrashDaysInput } from './trash-days.ts';
import { formatBytes, formatCount } from './units.ts';

/** What a datastore is, what is asked when one is made, and how its state follows from what is known. */

export const DATASTORE_KINDS = ['local'] as const;
export type DatastoreKind = (typeof DATASTORE_KINDS)[number];

/** How hard a write is pushed to the disk (docs/reliability.md). */
export const SYNC_LEVELS = ['filesystem', 'file', 'none'] as const;
export type SyncLevel = (typeof SYNC_LEVELS)[number];

export const DatastoreNameInput = schemaOf(parseDatastoreName);

export const DatastorePathInput = z
  .string()
  .max(4096)
  .superRefine((text, context) => {
    const checked = checkPathSyntax(text);
    if (!checked.ok)
      context.addIssue({ code: 'custom', message: checked.problem.message, params: checked.problem });
  });

const LocalInput = z.object({
  type: z.literal('local'),
  name: DatastoreNameInput,
  path: DatastorePathInput,
  comment: z.string().max(512).default(''),
  syncLevel: z.enum(SYNC_LEVELS).default('filesystem'),
  /** Days that removed snapshots can be restored; 0 removes them for good at once. */
  trashDays: TrashDaysInput.default(TRASH_DAYS_DEFAULT),
  /** Verify each backup when it is finished. */
  verifyNew: z.boolean().default(false),
  /** Why a second datastore on the same filesystem is wanted all the same; without it that is refused. */
  sameFilesystemReason: z.string().trim().min(10).max(512).optional(),
  ...SCHEDULE_FIELDS,
});

export const CreateDatastoreInput = z.discriminatedUnion('type', [LocalInput]);
export type CreateDatastoreInput = z.infer<typeof CreateDatastoreInput>;

export const AdoptDatastoreInput = LocalInput.omit({ syncLevel: true });
export type AdoptDatastoreInput = z.infer<typeof AdoptDatastoreInput>;

export const UpdateDatastoreInput = z.object({
  name: DatastoreNameInput,
  comment: z.string().max(512).optional(),
  syncLevel: z.enum(SYNC_LEVELS).optional(),
  trashDays: TrashDaysInput.optional(),
  verifyNew: z.boolean().optional(),
  /** The version that the change was made from; a newer one on the server is a conflict. */
  version: z.number().int().optional(),
  ...SCHEDULE_FIELDS,
});
export type UpdateDatastoreInput = z.infer<typeof UpdateDatastoreInput>;

export const MAINTENANCE_MODES = ['read-only', 'offline'] as const;
export type MaintenanceMode = (typeof MAINTENANCE_MODES)[number];

export const MaintenanceInput = z.object({
  name: DatastoreNameInput,
  mode: z.enum(MAINTENANCE_MODES).nullable(),
  message: z.string().trim().max(64).default(''),
});
export type MaintenanceInput = z.infer<typeof MaintenanceInput>;

export const ACCEPT_REASON_MIN = 10;

/** Trusting a datastore again after a flush failed; the reason is for whoever reads the audit log later. */
export const AcceptDatastoreInput = z.object({
  name: DatastoreNameInput,
  reason: z.string().trim().min(ACCEPT_REASON_MIN).max(512),
});
export type AcceptDatastoreInput = z.infer<typeof AcceptDatastoreInput>;

export interface Maintenance {
  mode: MaintenanceMode;
  message: string;
  /** Milliseconds since 1970. */
  since: number;
  by: string;
}

export const DATASTORE_STATUSES = [
  'probing',
  'online',
  'degraded',
  'read-only',
  'offline',
  'maintenance',
  'deleting',
  'failed',
] as const;
export type DatastoreStatus = (typeof DATASTORE_STATUSES)[number];

/** One step of a probe, as it is printed and shown. */
export interface ProbeStep {
  name: string;
  outcome: 'ok' | 'warning' | 'failed';
  /** Milliseconds that the step took. */
  ms: number;
  detail: string;
}

/** What is known about a datastore when its status is asked. */
export interface StatusFacts {
  deleting: boolean;
  maintenance: Maintenance | null;
  /** Why the datastore must not be trusted until someone has looked: a failed flush, a corrupt identity. */
  suspect: string | null;
  /** Chunks that are damaged or missing as far as is known. */
  damagedChunks: number;
  /** Null before the first probe. */
  probe: {
    reachable: boolean;
    /** Writing works. */
    writable: boolean;
    warnings: string[];
    reason: string;
    /** Probes that failed in a row for a passing reason. */
    misses: number;
    /** The failure is certain (mount gone, other identity), so no second look is needed. */
    certain: boolean;
  } | null;
}

/** Passing failures in a row after which a datastore counts as offline. */
export const PROBE_MISSES_MAX = 3;

/** The status that the facts mean, with the reason in words. */
export function statusOf(facts: StatusFacts): { status: DatastoreStatus; reason: string } {
  if (facts.deleting) return { status: 'deleting', reason: 'The datastore is being removed.' };
  if (facts.maintenance?.mode === 'offline')
    return { status: 'maintenance', reason: facts.maintenance.message };
  const probe = facts.probe;
  if (!probe) return { status: 'probing', reason: 'The first probe is running.' };
  if (!probe.reachable) return unreachableStatus(probe);
  if (facts.suspect) return { status: 'failed', reason: facts.suspect };
  if (facts.maintenance) return { status: 'read-only', reason: facts.maintenance.message };
  if (!probe.writable) return { status: 'read-only', reason: probe.reason };
  const warnings = [...damageWarning(facts.damagedChunks), ...probe.warnings];
  if (warnings.length > 0) return { status: 'degraded', reason: warnings.join(' ') };
  return { status: 'online', reason: '' };
}

/** What an audit looks for. The next backup of the same data sends such a chunk anew. */
function damageWarning(count: number): string[] {
  if (count === 0) return [];
  const chunks = count === 1 ? '1 chunk is' : `${formatCount(count)} chunks are`;
  return [`${chunks} damaged or missing; an audit names the snapshots that need them.`];
}

/** `ibs-primary is online.`, `ibs-primary is in maintenance: New disks.` */
export function statusSentence(
  name: string,
  { status, reason }: { status: DatastoreStatus; reason: string },
): string {
  const state = status === 'maintenance' ? 'in maintenance' : status;
  return sentence(`${name} is ${state}${reason ? `: ${reason}` : ''}`);
}

interface DeduplicatedSizes {
  logicalBytes: number;
  /** Null when the chunks are not counted. */
  chunkBytes: number | null;
}

/**
 * How often a byte is used: what finished snapshots hold, as if nothing were shared, divided by all stored chunks. Null
 * until both are known and there is some. Chunks that no finished snapshot refers to (of backups that were cut off or
 * forgotten) are stored until garbage collection removes them, so they count: it can be below 1.
 */
export function deduplicationRatio({ logicalBytes, chunkBytes }: DeduplicatedSizes): number | null {
  return logicalBytes > 0 && chunkBytes !== null && chunkBytes > 0 ? logicalBytes / chunkBytes : null;
}

/** The same in words, for whoever wonders about the number. */
export function deduplicationWords(sizes: DeduplicatedSizes): string {
  const ratio = deduplicationRatio(sizes);
  const { logicalBytes, chunkBytes } = sizes;
  const chunks = chunkBytes === null ? 'chunks not counted' : `${formatBytes(chunkBytes)} in chunks`;
  const parts = `${formatBytes(logicalBytes)} in finished snapshots, ${chunks}.`;
  if (ratio === null || ratio >= 1) return parts;
  return `${parts} Chunks of backups that were cut off or forgotten count until the next garbage collection.`;
}

function unreachableStatus(probe: NonNullable<StatusFacts['probe']>) {
  if (probe.certain || probe.misses >= PROBE_MISSES_MAX) {
    return { status: 'offline' as const, reason: probe.reason };
  }
  return {
    status: 'degraded' as const,
    reason: `${sentence(probe.reason)} Missed ${probe.misses} of ${PROBE_MISSES_MAX} probes before it counts as offline.`,
  };
}

export function allowsReading(status: DatastoreStatus): boolean {
  return status === 'online' || status === 'degraded' || status === 'read-only' || status === 'failed';
}

export function allowsWriting(status: DatastoreStatus): boolean {
  return status === 'online' || status === 'degraded';
}

/** Absolute, normalised, not the root. What the disk says about it is asked elsewhere. */
export function checkPathSyntax(path: string): Result<string> {
  if (!path.startsWith('/')) {
    const message = path === '' ? 'Say where it lies on the server.' : 'The path must be absolute.';
    return refuse('PATH_INVALID', message, {
      field: 'path',
      hint: 'Start it with "/".',
    });
  }
  if (path === '/') {
    return refuse('PATH_INVALID', 'The root directory cannot be a datastore.', { field: 'path' });
  }
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what the rule excludes
  if (/[\u0000-\u001f\u007f]/.test(path)) {
    return refuse('PATH_INVALID', 'The path has control characters.', { field: 'path' });
  }
  const normal = path.split('/').slice(1);
  if (normal.some((part) => part === '' || part === '.' || part === '..')) {
    return refuse('PATH_INVALID', 'The path is not in its normal form.', {
      field: 'path',
      hint: 'Leave out "//", "." and ".." and the slash at the end.',
    });
  }
  return ok(path);
}

/** Equal, inside or around: one garbage collection would delete the other's chunks. */
export function pathsOverlap(a: string, b: string): boolean {
  return `${a}/`.startsWith(`${b}/`) || `${b}/`.startsWith(`${a}/`);
}

export function isBelowRoot(path: string, roots: readonly string[]): boolean {
  return roots.some((root) => path !== root && `${path}/`.startsWith(root === '/' ? '/' : `${root}/`));
}
