import type { NavigationEntry } from './navigation.ts';

/** Something the palette can find: a page, a thing, or a verb on a thing. */
export interface PaletteEntry {
  id: string;
  /** Heading it stands under: "Pages", "Datastores", "Actions". */
  group: string;
  label: string;
  /** Muted, behind the label: kind, place, state. */
  note?: string;
  /** Also found by these. */
  keywords?: readonly string[];
  /** Where it leads … */
  href?: string;
  /** … or what it does; entries that come from the server have an address only. */
  run?: () => void;
}

export function pageEntries(navigation: readonly NavigationEntry[]): PaletteEntry[] {
  return navigation.map(({ id, label, href, key }) => ({
    id: `page ${id}`,
    group: 'Pages',
    label,
    href,
    note: key && `g ${key}`,
  }));
}

/** In the order in which the groups first appear. */
export function groupEntries(entries: readonly PaletteEntry[]): [string, PaletteEntry[]][] {
  return [...Map.groupBy(entries, (entry) => entry.group)];
}
