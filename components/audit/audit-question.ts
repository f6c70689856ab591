import { AUDIT_OUTCOMES, type AuditOutcome } from '#domain/audit-log.ts';
import type { AuditListInput } from '../trpc/views.ts';
import { readPageStart } from '../ui/table/page-cursor.ts';
import type { TableState } from '../ui/table/table-state.ts';

export const AUDIT_PAGE = 50;
export const AUDIT_FILTER_IDS = ['by', 'action', 'result', 'days'];
/** In the address: the row that is open. */
export const OPEN_ROW = 'row';

const TEXT_MAX = 512;
const HOURS = 24;
const HOUR_MS = 3_600_000;

/** What the server is asked for what the address says; values that it would refuse are left out. `now` in ms since 1970. */
export function auditQuestion(state: TableState, now: number): AuditListInput {
  const { filters } = state;
  const by = textOf(filters.by?.[0]);
  const action = textOf(filters.action?.[0]);
  const subject = textOf(state.text);
  const outcome = filters.result?.find(isOutcome);
  const days = Number(filters.days?.[0] ?? Number.NaN);
  const cursor = Number(readPageStart(state.cursor).cursor ?? Number.NaN);
  return {
    limit: AUDIT_PAGE,
    ...(by ? { by } : {}),
    ...(action ? { action } : {}),
    ...(subject ? { subject } : {}),
    ...(outcome ? { outcome } : {}),
    ...(Number.isInteger(days) && days > 0 ? { since: sinceDays(days, now) } : {}),
    ...(Number.isSafeInteger(cursor) && cursor > 0 ? { cursor } : {}),
  };
}

/** From a full hour on, so that a question stays the same for a while and its answer can be kept. */
function sinceDays(days: number, now: number): Date {
  return new Date((Math.floor(now / HOUR_MS) - days * HOURS) * HOUR_MS);
}

/** The address of an export of what is shown, all pages of it. */
export function exportHref({ limit: _, cursor: __, since, ...texts }: AuditListInput): string {
  const words = Object.entries({ ...texts, since: (since as Date | undefined)?.toISOString() });
  const set = words.filter((entry): entry is [string, string] => typeof entry[1] === 'string');
  const query = new URLSearchParams(set).toString();
  return `/api/audit/export${query ? `?${query}` : ''}`;
}

function textOf(text: string | undefined): string {
  return (text ?? '').trim().slice(0, TEXT_MAX);
}

function isOutcome(value: string): value is AuditOutcome {
  return (AUDIT_OUTCOMES as readonly string[]).includes(value);
}
