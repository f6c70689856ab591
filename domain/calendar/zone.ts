/** Wall-clock times as milliseconds since 1970 as if they were UTC: what a clock on the wall of a zone shows. */
export type WallTime = number;

/** Clocks are moved at full quarters of an hour, everywhere since 1972, so an offset holds for one of these. */
const QUARTER = 900_000;
const OFFSETS_MAX = 10_000;

const offsets = new Map<string, number>();
const formats = new Map<string, Intl.DateTimeFormat>();

export function isTimeZone(name: string): boolean {
  try {
    formatOf(name);
    return true;
  } catch {
    return false;
  }
}

/** How far the clocks of a zone are ahead of UTC at a moment, in milliseconds. */
export function zoneOffset(zone: string, moment: number): number {
  if (zone === 'UTC') return 0;
  const quarter = Math.floor(moment / QUARTER);
  const key = `${zone} ${quarter}`;
  const known = offsets.get(key);
  if (known !== undefined) return known;
  const start = quarter * QUARTER;
  const offset = shownAt(zone, start) - start;
  if (offsets.size >= OFFSETS_MAX) offsets.clear();
  offsets.set(key, offset);
  return offset;
}

/** What clocks of the zone show at a moment (ms since 1970). */
export function wallTime(zone: string, moment: number): WallTime {
  return moment + zoneOffset(zone, moment);
}

function shownAt(zone: string, moment: number): WallTime {
  const parts: Partial<Record<Intl.DateTimeFormatPartTypes, number>> = {};
  for (const { type, value } of formatOf(zone).formatToParts(moment)) parts[type] = Number(value);
  const { year = 1970, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
  return Date.UTC(year, month - 1, day, hour, minute, second);
}

function formatOf(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone);
  if (known) return known;
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  formats.set(zone, format);
  return format;
}
