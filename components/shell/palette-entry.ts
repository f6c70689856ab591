import { compareNames } from '#domain/natural-order.ts';
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
  /** Last, and whatever is typed. */
  always?: boolean;
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

/** Of one group, before anything is typed: what there is more of is found by its name. */
const UNASKED_MAX = 6;
const FOUND_MAX = 20;

/** What fits the text, under the headings: the heading with the closest entry first, and in it the closest entries. */
export function findEntries(entries: readonly PaletteEntry[], text: string): [string, PaletteEntry[]][] {
  const wanted = text.trim().toLowerCase();
  if (wanted === '') {
    const groups = Map.groupBy(entries, (entry) => entry.group);
    return [...groups].map(([group, members]) => [group, members.slice(0, UNASKED_MAX)]);
  }
  const found = entries
    .map((entry) => ({ entry, score: scoreOf(entry, wanted) }))
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score || compareNames(a.entry.label, b.entry.label));
  const groups = Map.groupBy(found, ({ entry }) => entry.group);
  return [...groups].map(([group, members]) => [
    group,
    members.slice(0, FOUND_MAX).map(({ entry }) => entry),
  ]);
}

/** The whole label, its beginning, the beginning of a word, any part; then what else it is found by. 0: it does not fit. */
function scoreOf({ label, keywords = [], always }: PaletteEntry, wanted: string): number {
  if (always) return 0.1;
  const name = label.toLowerCase();
  if (name === wanted) return 7;
  if (name.startsWith(wanted)) return 6;
  if (beginsWord(name, wanted)) return 5;
  if (name.includes(wanted)) return 4;
  const others = keywords.map((keyword) => keyword.toLowerCase());
  if (others.some((other) => beginsWord(other, wanted))) return 3;
  const all = [name, ...others].join(' ');
  if (wanted.split(/\s+/).every((word) => all.includes(word))) return 2;
  return hasInOrder(name, wanted) ? 1 : 0;
}

function beginsWord(text: string, wanted: string): boolean {
  for (let at = text.indexOf(wanted); at >= 0; at = text.indexOf(wanted, at + 1)) {
    if (at === 0 || !/[\p{L}\p{N}]/u.test(text.charAt(at - 1))) return true;
  }
  return false;
}

/** All letters, with others between them: `ibsp` for `ibs-primary`. */
function hasInOrder(text: string, wanted: string): boolean {
  let at = 0;
  for (const letter of wanted.replace(/\s/g, '')) {
    at = text.indexOf(letter, at) + 1;
    if (at === 0) return false;
  }
  return true;
}
