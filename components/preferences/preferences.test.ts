import { describe, expect, test } from 'vitest';
import {
  DEFAULT_PREFERENCES,
  PREFERENCES_COOKIE,
  type Preferences,
  readPreferences,
  writePreferences,
} from './preferences.ts';

describe('preferences in a cookie', () => {
  test('what was chosen comes back', () => {
    const chosen: Preferences = {
      sidebarCollapsed: true,
      density: 'compact',
      zone: 'utc',
      shortcuts: false,
      pinned: ['ibs-primary'],
      datastoreView: 'cards',
      wrapLog: true,
    };
    const value = writePreferences(chosen)
      .split(';')[0]
      ?.slice(PREFERENCES_COOKIE.length + 1);
    expect(readPreferences(value)).toEqual(chosen);
  });

  test.each([undefined, '', 'nonsense', '%', '%7B', 'null', '[]', '17'])(
    '%j means the defaults',
    (cookie) => {
      expect(readPreferences(cookie)).toEqual(DEFAULT_PREFERENCES);
    },
  );

  test('one value that is not known leaves the others as they are', () => {
    const cookie = encodeURIComponent(JSON.stringify({ density: 'huge', zone: 'server' }));
    expect(readPreferences(cookie)).toEqual({ ...DEFAULT_PREFERENCES, zone: 'server' });
  });
});
