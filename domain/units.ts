/** How sizes, rates, times and ratios are written for people, the same in console and terminal. */

const NBSP = '\u00a0';
const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB', 'EiB'] as const;

/** IEC units, three significant digits, a space that does not break: `1.42 TiB`. */
export function formatBytes(bytes: number): string {
  let value = Math.abs(bytes);
  let unit = 0;
  while (value >= 999.5 && unit < UNITS.length - 1) {
    value /= 1024;
    unit += 1;
  }
  const sign = bytes < 0 ? '-' : '';
  return `${sign}${threeDigits(value, unit === 0)}${NBSP}${UNITS[unit]}`;
}

export function formatRate(bytesPerSecond: number): string {
  return `${formatBytes(bytesPerSecond)}/s`;
}

/** `7.4×`; two digits after the point only where they tell something. */
export function formatRatio(ratio: number): string {
  return `${ratio >= 100 ? ratio.toFixed(0) : ratio.toFixed(ratio < 10 ? 2 : 1)}×`;
}

/** Percent: one decimal from 80 % on, where it starts to matter, none below. */
export function formatPercent(share: number): string {
  const percent = share * 100;
  return `${percent >= 80 ? percent.toFixed(1) : percent.toFixed(0)}${NBSP}%`;
}

export function formatCount(count: number): string {
  return count.toLocaleString('en-US').replaceAll(',', NBSP);
}

/** `1 snapshot`, `2 snapshots`, `1 234 snapshots`. */
export function countOf(count: number, noun: string): string {
  return `${formatCount(count)} ${noun}${count === 1 ? '' : 's'}`;
}

/** `850 ms`, `12.3 s`, `4 min 5 s`, `3 h 10 min`, `2 d 4 h`. */
export function formatDuration(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)}${NBSP}ms`;
  const seconds = ms / 1000;
  if (seconds < 60) return `${seconds.toFixed(1)}${NBSP}s`;
  return joinUnits(Math.round(seconds));
}

function joinUnits(seconds: number): string {
  const days = Math.floor(seconds / 86400);
  const hours = Math.floor((seconds % 86400) / 3600);
  const minutes = Math.floor((seconds % 3600) / 60);
  if (days > 0) return two(days, 'd', hours, 'h');
  if (hours > 0) return two(hours, 'h', minutes, 'min');
  return two(minutes, 'min', seconds % 60, 's');
}

function two(large: number, largeUnit: string, small: number, smallUnit: string): string {
  const head = `${large}${NBSP}${largeUnit}`;
  return small > 0 ? `${head} ${small}${NBSP}${smallUnit}` : head;
}

/** `3 h ago`, `in 2 d`, `just now`; `from` and `to` in ms since 1970. */
export function formatRelative(from: number, to: number): string {
  const seconds = Math.round(Math.abs(to - from) / 1000);
  if (seconds < 10) return 'just now';
  const words = oneUnit(seconds);
  return from <= to ? `${words} ago` : `in ${words}`;
}

function oneUnit(seconds: number): string {
  if (seconds < 60) return `${seconds}${NBSP}s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)}${NBSP}min`;
  if (seconds < 86400) return `${Math.floor(seconds / 3600)}${NBSP}h`;
  return `${Math.floor(seconds / 86400)}${NBSP}d`;
}

function threeDigits(value: number, whole: boolean): string {
  if (whole || value >= 99.95) return value.toFixed(0);
  return value >= 9.995 ? value.toFixed(1) : value.toFixed(2);
}
