/** The order in which people look for names: numbers in them count as numbers, so `web-9` comes before `web-10`. */

const words = new Intl.Collator('en', { numeric: true, sensitivity: 'base' });

export function compareNames(a: string, b: string): number {
  return words.compare(a, b) || (a < b ? -1 : a > b ? 1 : 0);
}

/** Part by part, so that what lies in a namespace follows it at once. */
export function compareNamespaces(a: string, b: string): number {
  const [left, right] = [a.split('/'), b.split('/')];
  for (let at = 0; at < Math.min(left.length, right.length); at += 1) {
    const order = compareNames(left[at] ?? '', right[at] ?? '');
    if (order !== 0) return order;
  }
  return left.length - right.length;
}

interface GroupName {
  type: string;
  id: string;
}

export function compareGroupNames(a: GroupName, b: GroupName): number {
  return compareNames(a.type, b.type) || compareNames(a.id, b.id);
}
