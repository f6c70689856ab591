import type { Crumb } from '../ui/Breadcrumbs.tsx';
import { isWithin, type NavigationEntry } from './navigation.ts';

export const PRODUCT = 'Backup Solution';

/**
 * The trail that an address alone tells: product, section, thing. Things are named by their segment, because
 * addresses hold names (`/datastores/ibs-primary/gc`); tabs below a thing are not part of the trail.
 */
export function breadcrumbTrail(pathname: string, navigation: readonly NavigationEntry[]): Crumb[] {
  const section = navigation.find((entry) => isWithin(pathname, entry.href));
  if (!section) return [{ label: PRODUCT, href: '/' }, { label: 'Page not found' }];
  const start = { label: PRODUCT, href: '/' };
  const [thing] = pathname.slice(section.href.length).split('/').filter(Boolean);
  if (thing === undefined || section.tabbed) return [start, { label: section.label }];
  return [start, { label: section.label, href: section.href }, { label: nameOf(thing) }];
}

/** `new` and its like are verbs of the section, everything else is a name. */
function nameOf(segment: string): string {
  try {
    return segment === 'new' ? 'New' : decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
