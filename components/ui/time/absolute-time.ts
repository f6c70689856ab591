import type { ZoneChoice } from '../../preferences/preferences.ts';

/** A zone to write times in, and what to call it in a column head. */
export interface Zone {
  /** IANA name; undefined is whatever the browser runs in. */
  id: string | undefined;
  label: string;
}

export const UTC: Zone = { id: 'UTC', label: 'UTC' };

export function zoneOf(choice: ZoneChoice, serverZone: string): Zone {
  switch (choice) {
    case 'utc':
      return UTC;
    case 'server':
      return { id: serverZone, label: serverZone === 'UTC' ? 'UTC' : 'server' };
    case 'local':
      return { id: undefined, label: 'local' };
  }
}

/** `2026-11-22 14:03:07`, or with its zone behind it: sortable, unambiguous, the same everywhere. */
export function formatAbsolute(at: number, zone: Zone, withZone = false): string {
  const parts = formatterOf(zone.id).formatToParts(at);
  const part = (type: Intl.DateTimeFormatPartTypes) => parts.find((each) => each.type === type)?.value ?? '';
  const date = `${part('year')}-${part('month')}-${part('day')}`;
  const time = `${part('hour')}:${part('minute')}:${part('second')}`;
  return `${date} ${time}${withZone ? ` ${part('timeZoneName')}` : ''}`;
}

const formatters = new Map<string | undefined, Intl.DateTimeFormat>();

function formatterOf(timeZone: string | undefined): Intl.DateTimeFormat {
  const known = formatters.get(timeZone);
  if (known) return known;
  const made = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
    timeZoneName: 'short',
  });
  formatters.set(timeZone, made);
  return made;
}
