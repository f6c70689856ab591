/**
 * One field of a calendar event: the values at which it may happen, ascending and each once, or null where it
 * may be any. Two spellings of the same times are thus the same field.
 */
export type Field = readonly number[] | null;

export interface FieldRule {
  name: string;
  /** Its smallest and largest value. */
  from: number;
  to: number;
  /** How many digits it is written with. */
  digits: number;
}

export const FIELDS = {
  year: { name: 'year', from: 1900, to: 2199, digits: 4 },
  month: { name: 'month', from: 1, to: 12, digits: 2 },
  day: { name: 'day', from: 1, to: 31, digits: 2 },
  hour: { name: 'hour', from: 0, to: 23, digits: 2 },
  minute: { name: 'minute', from: 0, to: 59, digits: 2 },
  second: { name: 'second', from: 0, to: 59, digits: 2 },
} as const satisfies Record<string, FieldRule>;

/** Values in any order as a field; all that the rule allows are the same as any. */
export function fieldOf(values: Iterable<number>, { from, to }: FieldRule): Field {
  const sorted = [...new Set(values)].sort((a, b) => a - b);
  return sorted.length === to - from + 1 ? null : sorted;
}

/** The first value that is not below `value`; null when there is none. */
export function atLeast(field: Field, value: number, { to }: FieldRule): number | null {
  if (field) return field.find((candidate) => candidate >= value) ?? null;
  return value <= to ? value : null;
}

/** A field of at least this many values with the same distance is written with a step. */
const STEPS_MIN = 3;

/** `*`, `05`, `0/15` as `00/15`, `08..17`, `01,03..05`. */
export function formatField(field: Field, rule: FieldRule): string {
  if (!field) return '*';
  const text = (value: number) => String(value).padStart(rule.digits, '0');
  const [first = 0, second = 0] = field;
  const last = field.at(-1) ?? first;
  const step = second - first;
  const even = field.every((value, at) => value === first + at * step);
  if (field.length >= STEPS_MIN && even && step > 1) {
    return last + step > rule.to ? `${text(first)}/${step}` : `${text(first)}..${text(last)}/${step}`;
  }
  return runsOf(field)
    .map(([from, to]) => (from === to ? text(from) : `${text(from)}..${text(to)}`))
    .join(',');
}

/** Neighbouring values as pairs of first and last; two neighbours stay apart. */
export function runsOf(values: readonly number[]): [number, number][] {
  const runs: [number, number][] = [];
  for (const value of values) {
    const run = runs.at(-1);
    if (run && run[1] === value - 1) run[1] = value;
    else runs.push([value, value]);
  }
  return runs.flatMap(([from, to]): [number, number][] =>
    to === from + 1
      ? [
          [from, from],
          [to, to],
        ]
      : [[from, to]],
  );
}
