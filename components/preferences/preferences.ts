import { z } from 'zod';

/** What one person chose for one browser. It travels in a cookie, so that the first paint already honours it. */

export const PREFERENCES_COOKIE = 'ibs-preferences';

export const ZONE_CHOICES = ['local', 'server', 'utc'] as const;
export type ZoneChoice = (typeof ZONE_CHOICES)[number];

export const DENSITIES = ['comfortable', 'compact'] as const;
export type Density = (typeof DENSITIES)[number];

export const DATASTORE_VIEWS = ['table', 'cards'] as const;
export type DatastoreView = (typeof DATASTORE_VIEWS)[number];

const PINS_MAX = 12;

const Preferences = z.object({
  sidebarCollapsed: z.boolean().catch(false),
  density: z.enum(DENSITIES).catch('comfortable'),
  zone: z.enum(ZONE_CHOICES).catch('local'),
  shortcuts: z.boolean().catch(true),
  /** Names of datastores that stand in the sidebar, in the user's order. */
  pinned: z.array(z.string().max(32)).max(PINS_MAX).catch([]),
  datastoreView: z.enum(DATASTORE_VIEWS).catch('table'),
  /** Long lines of a log are broken. */
  wrapLog: z.boolean().catch(false),
});
export type Preferences = z.infer<typeof Preferences>;

export const DEFAULT_PREFERENCES: Preferences = Preferences.parse({});

/** Never refuses: what cannot be read is the default, value by value. */
export function readPreferences(cookie: string | undefined): Preferences {
  try {
    return Preferences.catch(DEFAULT_PREFERENCES).parse(JSON.parse(decodeURIComponent(cookie ?? '{}')));
  } catch {
    return DEFAULT_PREFERENCES;
  }
}

export function writePreferences(preferences: Preferences): string {
  const value = encodeURIComponent(JSON.stringify(preferences));
  return `${PREFERENCES_COOKIE}=${value}; Path=/; Max-Age=31536000; SameSite=Lax`;
}
