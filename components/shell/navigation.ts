/** The pages that the sidebar, the breadcrumb, the palette and the shortcuts know. One list, in order. */

export type NavigationIconName =
  | 'dashboard'
  | 'datastores'
  | 'snapshots'
  | 'sync'
  | 'tape'
  | 'tasks'
  | 'notifications'
  | 'access'
  | 'audit'
  | 'settings';

export interface NavigationEntry {
  id: string;
  label: string;
  href: string;
  icon: NavigationIconName;
  /** Second key of the shortcut `g …`. */
  key?: string;
  /** Below it are tabs of its own, not things with names. */
  tabbed?: true;
}

/** What exists. An entry is added together with its page, never before. */
export const NAVIGATION: readonly NavigationEntry[] = [
  { id: 'dashboard', label: 'Dashboard', href: '/', icon: 'dashboard' },
  { id: 'datastores', label: 'Datastores', href: '/datastores', icon: 'datastores', key: 'd' },
  { id: 'snapshots', label: 'Snapshots', href: '/snapshots', icon: 'snapshots', key: 's' },
  { id: 'tasks', label: 'Tasks', href: '/tasks', icon: 'tasks', key: 't' },
  { id: 'access', label: 'Access control', href: '/access', icon: 'access', tabbed: true },
  { id: 'audit', label: 'Audit log', href: '/audit', icon: 'audit' },
  { id: 'settings', label: 'Settings', href: '/settings', icon: 'settings' },
];

/** Whether a page lies at or below an entry. */
export function isWithin(pathname: string, href: string): boolean {
  return href === '/' ? pathname === '/' : pathname === href || pathname.startsWith(`${href}/`);
}
