/** Before and after of a change, and how both are shown beside each other. */

type Fields = Record<string, unknown>;

/** Those fields of both that differ. */
export function changeBetween(before: object, after: object): { before: Fields; after: Fields } {
  const [from, to] = [before as Fields, after as Fields];
  const names = [...new Set([...Object.keys(from), ...Object.keys(to)])];
  const changed = names.filter((name) => JSON.stringify(from[name]) !== JSON.stringify(to[name]));
  const pick = (fields: Fields) => Object.fromEntries(changed.map((name) => [name, fields[name]]));
  return { before: pick(from), after: pick(to) };
}

/** Of `fields`, those that `like` has too. */
export function onlyKeys(fields: Fields, like: object): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([name]) => name in like));
}

/** One line of a difference: `retention.keepDaily`, 7, 14. Undefined: the field is not there. */
export interface ChangedField {
  field: string;
  before: unknown;
  after: unknown;
}

/** Every value of both sides that is not the same in both, in the order of their names. Lists are compared as a whole. */
export function changedFields(before: unknown, after: unknown): ChangedField[] {
  const [from, to] = [leavesOf(before), leavesOf(after)];
  return [...new Set([...from.keys(), ...to.keys()])]
    .map((field) => ({ field, before: from.get(field), after: to.get(field) }))
    .filter((line) => JSON.stringify(line.before) !== JSON.stringify(line.after));
}

function leavesOf(value: unknown, field = ''): Map<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return new Map(value === undefined || (value === null && field === '') ? [] : [[field, value]]);
  }
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return new Map(
    members.flatMap(([name, inner]) => [...leavesOf(inner, field === '' ? name : `${field}.${name}`)]),
  );
}
