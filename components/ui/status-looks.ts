import type { DatastoreStatus } from '#domain/datastore.ts';
import type { TaskState } from '#domain/task.ts';

/** Shape, word and colour of every state: any one of the three alone tells them apart. */

export type Glyph =
  | 'disc'
  | 'half-disc'
  | 'ring'
  | 'dotted-ring'
  | 'framed-square'
  | 'gear'
  | 'cross'
  | 'erase'
  | 'clock'
  | 'arc'
  | 'check'
  | 'triangle'
  | 'slashed-ring';

export type StatusTone = 'ok' | 'warn' | 'err' | 'info' | 'maintenance' | 'muted';

export interface StatusLook {
  word: string;
  glyph: Glyph;
  tone: StatusTone;
  /** Also for a table that is sorted by state: the worst first. */
  severity: number;
}

export const DATASTORE_LOOKS: Record<DatastoreStatus, StatusLook> = {
  failed: { word: 'Failed', glyph: 'cross', tone: 'err', severity: 7 },
  offline: { word: 'Offline', glyph: 'ring', tone: 'err', severity: 6 },
  degraded: { word: 'Degraded', glyph: 'half-disc', tone: 'warn', severity: 5 },
  'read-only': { word: 'Read-only', glyph: 'framed-square', tone: 'warn', severity: 4 },
  maintenance: { word: 'Maintenance', glyph: 'gear', tone: 'maintenance', severity: 3 },
  deleting: { word: 'Deleting', glyph: 'erase', tone: 'muted', severity: 2 },
  probing: { word: 'Probing', glyph: 'dotted-ring', tone: 'info', severity: 1 },
  online: { word: 'Online', glyph: 'disc', tone: 'ok', severity: 0 },
};

export const TASK_LOOKS: Record<TaskState, StatusLook> = {
  failed: { word: 'Failed', glyph: 'cross', tone: 'err', severity: 5 },
  warnings: { word: 'Warnings', glyph: 'triangle', tone: 'warn', severity: 4 },
  running: { word: 'Running', glyph: 'arc', tone: 'info', severity: 3 },
  queued: { word: 'Queued', glyph: 'clock', tone: 'muted', severity: 2 },
  cancelled: { word: 'Cancelled', glyph: 'slashed-ring', tone: 'muted', severity: 1 },
  succeeded: { word: 'Succeeded', glyph: 'check', tone: 'ok', severity: 0 },
};
