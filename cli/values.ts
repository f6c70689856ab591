import type { Result } from '#domain/result.ts';
import { UsageError, type Value, type ValueSource } from './command.ts';

/** The kinds of arguments and options that commands are made of. */

interface More {
  complete?: ValueSource;
  field?: string;
}

/** `<name>`: an argument that must be there. */
export function argument(flags: `<${string}>`, about: string, more: More = {}): Value<string> {
  return { flags, about, ...more };
}

/** `[name]`: one that may be left out. */
export function optionalArgument(
  flags: `[${string}]`,
  about: string,
  more: More & { choices?: readonly string[] } = {},
): Value<string | undefined> {
  return { flags, about, ...more };
}

/** `<names...>`: one or more. */
export function severalArguments(flags: `<${string}...>`, about: string, more: More = {}): Value<string[]> {
  return { flags, about, repeats: true, ...more };
}

export function chosenArgument<T extends string>(
  flags: `<${string}>`,
  choices: readonly T[],
  about: string,
): Value<T> {
  return { flags, about, choices };
}

/** An argument that a parser of the domain reads. */
export function parsedArgument<T>(
  flags: `<${string}>`,
  about: string,
  parser: (text: string) => Result<T>,
  more: More = {},
): Value<T> {
  return { flags, about, parse: parsedBy(parser), ...more };
}

export function severalParsed<T>(
  flags: `<${string}...>`,
  about: string,
  parser: (text: string) => Result<T>,
  more: More = {},
): Value<T[]> {
  return { flags, about, parse: parsedBy(parser), repeats: true, ...more };
}

/** `--name <name>` that may be left out. */
export function text(flags: string, about: string, more: More = {}): Value<string | undefined> {
  return { flags, about, ...more };
}

/** `--group <group>` that a parser of the domain reads. */
export function parsedOption<T>(
  flags: string,
  about: string,
  parser: (text: string) => Result<T>,
  more: More = {},
): Value<T | undefined> {
  return { flags, about, parse: parsedBy(parser), ...more };
}

/** The same that must be given. */
export function requiredParsed<T>(
  flags: string,
  about: string,
  parser: (text: string) => Result<T>,
  more: More = {},
): Value<T> {
  return { flags, about, required: true, parse: parsedBy(parser), ...more };
}

/** `--exclude <pattern>` that may be given several times. */
export function severalTexts(flags: string, about: string, more: More = {}): Value<string[] | undefined> {
  return { flags, about, repeats: true, ...more };
}

export function requiredText(flags: string, about: string, more: More = {}): Value<string> {
  return { flags, about, required: true, ...more };
}

export function choice<T extends string>(
  flags: string,
  choices: readonly T[],
  about: string,
  more: More = {},
): Value<T | undefined> {
  return { flags, about, choices, ...more };
}

export function requiredChoice<T extends string>(
  flags: string,
  choices: readonly T[],
  about: string,
  more: More = {},
): Value<T> {
  return { flags, about, choices, required: true, ...more };
}

/** May be given several times; each value is one of the choices. */
export function choices<T extends string>(
  flags: string,
  allowed: readonly T[],
  about: string,
): Value<T[] | undefined> {
  return { flags, about, choices: allowed, repeats: true };
}

export function flag(flags: string, about: string): Value<boolean | undefined> {
  return { flags, about };
}

/** `on` or `off`, for what has a state of its own. */
export function onOrOff(flags: string, about: string): Value<boolean | undefined> {
  return { flags, about, choices: ['on', 'off'], parse: (given) => given === 'on' };
}

/** `--no-something`: true unless it is given. */
export function switchedOff(flags: `--no-${string}`, about: string, more: More = {}): Value<boolean> {
  return { flags, about, ...more };
}

export function wholeNumber(flags: string, about: string, atLeast = 1): Value<number | undefined> {
  return { flags, about, parse: (given) => parseWhole(given, atLeast) };
}

/** The same, or `none` for null. What is given is taken so many times: a GiB is counted in bytes. */
export function wholeNumberOrNone(
  flags: string,
  about: string,
  { atLeast = 1, times = 1, none = 'no limit' } = {},
): Value<number | null | undefined> {
  const parse = (given: string) => (given === 'none' ? null : parseWhole(given, atLeast) * times);
  return { flags, about: `${about}; none for ${none}`, parse };
}

function parseWhole(given: string, atLeast: number): number {
  const value = /^\d{1,15}$/.test(given) ? Number(given) : Number.NaN;
  if (value >= atLeast) return value;
  throw new UsageError(`${JSON.stringify(given)} is not a whole number of at least ${atLeast}.`);
}

function parsedBy<T>(parser: (text: string) => Result<T>): (text: string) => T {
  return (given) => {
    const parsed = parser(given);
    if (parsed.ok) return parsed.value;
    throw new UsageError(parsed.problem.message, parsed.problem.hint);
  };
}

const DAY_MS = 86_400_000;
const SPAN = /^(\d{1,5})([dwmy])$/;
const SPAN_DAYS = { d: 1, w: 7, m: 30, y: 365 } as const;

/** `90d`, `12w`, `6m`, `1y`, a day such as `2027-01-31`, or `never`, which is null. */
export function expiry(flags: string, about: string): Value<Date | null | undefined> {
  return { flags, about, parse: (given) => parseExpiry(given, Date.now()), field: 'expiresAt' };
}

export function parseExpiry(given: string, now: number): Date | null {
  if (given === 'never') return null;
  const span = SPAN.exec(given);
  const days = span ? Number(span[1]) * SPAN_DAYS[span[2] as keyof typeof SPAN_DAYS] : 0;
  if (days > 0) return new Date(now + days * DAY_MS);
  const at = /^\d{4}-\d\d-\d\d(T[\d:.]+Z)?$/.test(given) ? new Date(given) : new Date(Number.NaN);
  const isSameDay = !Number.isNaN(at.getTime()) && at.toISOString().startsWith(given.slice(0, 10));
  if (!isSameDay) {
    throw new UsageError(
      `${JSON.stringify(given)} is not a time to expire at.`,
      'Write 90d, 12w, 6m, 1y, a day such as 2027-01-31, or never.',
    );
  }
  if (at.getTime() > now) return at;
  throw new UsageError(`${JSON.stringify(given)} is in the past.`);
}

const AGO = /^(\d{1,5})([hdwmy])$/;
const HOUR_MS = 3_600_000;

/** `24h`, `7d`, `2w` ago, or a time such as `2026-11-27` or `2026-11-27T08:00Z`. */
export function pastMoment(flags: string, about: string): Value<Date | undefined> {
  return { flags, about, parse: (given) => parsePast(given, Date.now()) };
}

export function parsePast(given: string, now: number): Date {
  const [, count, unit = ''] = AGO.exec(given) ?? [];
  if (count !== undefined) {
    const unitMs = unit === 'h' ? HOUR_MS : SPAN_DAYS[unit as keyof typeof SPAN_DAYS] * DAY_MS;
    return new Date(now - Number(count) * unitMs);
  }
  const at = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?Z)?$/.test(given) ? Date.parse(given) : Number.NaN;
  if (!Number.isNaN(at)) return new Date(at);
  throw new UsageError(
    `${JSON.stringify(given)} is not a time.`,
    'Write 24h, 7d or 2w for so long ago, a day such as 2026-11-27, or 2026-11-27T08:00Z.',
  );
}
