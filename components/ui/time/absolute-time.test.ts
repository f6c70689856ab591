import { describe, expect, test } from 'vitest';
import { formatAbsolute, zoneOf } from './absolute-time.ts';

const AT = Date.UTC(2026, 10, 22, 23, 3, 7);

describe('absolute times', () => {
  test.each([
    ['UTC', '2026-11-22 23:03:07 UTC'],
    ['Europe/Berlin', '2026-11-23 00:03:07 CET'],
    ['Asia/Kolkata', '2026-11-23 04:33:07 GMT+5:30'],
  ])('are written in %s as %s', (id, text) => {
    expect(formatAbsolute(AT, { id, label: id }, true)).toBe(text);
  });

  test('midnight is 00, never 24', () => {
    expect(formatAbsolute(Date.UTC(2026, 0, 1), { id: 'UTC', label: 'UTC' })).toBe('2026-01-01 00:00:00');
  });

  test('the choice decides the zone and what a column head calls it', () => {
    expect(zoneOf('utc', 'Europe/Berlin')).toEqual({ id: 'UTC', label: 'UTC' });
    expect(zoneOf('server', 'Europe/Berlin')).toEqual({ id: 'Europe/Berlin', label: 'server' });
    expect(zoneOf('local', 'Europe/Berlin')).toEqual({ id: undefined, label: 'local' });
  });
});
