import type { DatastoreStatus } from '#domain/datastore.ts';
import type { TaskState } from '#domain/task.ts';
import {
  formatBytes,
  formatCount,
  formatDuration,
  formatPercent,
  formatRatio,
  formatRelative,
} from '#domain/units.ts';
import { usageSeverity, usedShare } from '#domain/usage.ts';
import type { Tone } from './style.ts';
import type { Cell } from './table.ts';

/** How values stand in tables and records. What is not known is a dash, never a zero. */

const UNKNOWN = '—';

const STATUS_TONES: Record<DatastoreStatus, Tone> = {
  online: 'good',
  probing: 'info',
  degraded: 'warn',
  'read-only': 'warn',
  maintenance: 'special',
  deleting: 'info',
  offline: 'bad',
  failed: 'bad',
};

const STATE_TONES: Record<TaskState, Tone> = {
  queued: 'dim',
  running: 'info',
  succeeded: 'good',
  warnings: 'warn',
  failed: 'bad',
  cancelled: 'dim',
};

export interface Cells {
  /** Somebody reads it now; else it is kept. */
  relative: boolean;
  text(value: string | null | undefined): string;
  bytes(value: number | null | undefined): string;
  count(value: number | null | undefined): string;
  ratio(value: number | null | undefined): string;
  /** Used of what can be used; amber and red from where it starts to matter. */
  usage(used: number | null, available: number | null): Cell;
  duration(ms: number | null | undefined): string;
  /** `3 h ago` for people, an ISO time where the output is kept. */
  when(at: Date | null | undefined): string;
  /** Both at once, for a single thing. */
  moment(at: Date | null | undefined): string;
  status(status: DatastoreStatus): Cell;
  state(state: TaskState): Cell;
  yes(value: boolean): string;
}

/** `now` in ms since 1970. */
export function makeCells(now: number, relative: boolean): Cells {
  const known = <T>(value: T | null | undefined, format: (value: T) => string): string =>
    value === null || value === undefined ? UNKNOWN : format(value);
  return {
    relative,
    text: (value) => known(value || null, String),
    bytes: (value) => known(value, formatBytes),
    count: (value) => known(value, formatCount),
    ratio: (value) => known(value, formatRatio),
    usage: (used, available) => {
      const share = usedShare({ usedBytes: used, availableBytes: available });
      return share === null ? UNKNOWN : { text: formatPercent(share), tone: usageSeverity(share) };
    },
    duration: (ms) => known(ms, formatDuration),
    when: (at) => known(at, (date) => (relative ? formatRelative(date.getTime(), now) : isoSeconds(date))),
    moment: (at) => known(at, (date) => `${isoSeconds(date)} (${formatRelative(date.getTime(), now)})`),
    status: (status) => ({ text: status, tone: STATUS_TONES[status] }),
    state: (state) => ({ text: state, tone: STATE_TONES[state] }),
    yes: (value) => (value ? 'yes' : 'no'),
  };
}

export function isoSeconds(date: Date): string {
  return `${date.toISOString().slice(0, 19)}Z`;
}
