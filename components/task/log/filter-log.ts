import type { LogLevel, LogLine } from '#domain/task.ts';

export type LevelChoice = 'all' | 'warning' | 'error';

export interface LogFilter {
  level: LevelChoice;
  search: string;
}

const RANKS: Record<LogLevel, number> = { info: 0, warning: 1, error: 2 };
const LEAST: Record<LevelChoice, number> = { all: 0, warning: 1, error: 2 };

/** The lines that a filter lets through; the very same list when it lets everything through. */
export function filterLog(lines: readonly LogLine[], { level, search }: LogFilter): readonly LogLine[] {
  const text = search.trim().toLowerCase();
  if (level === 'all' && text === '') return lines;
  const least = LEAST[level];
  return lines.filter(
    (line) => RANKS[line.level] >= least && (text === '' || line.text.toLowerCase().includes(text)),
  );
}

export interface TextPart {
  text: string;
  isMatch: boolean;
}

/** A line in the parts that match what is searched for and those between. */
export function matchParts(text: string, search: string): TextPart[] {
  const wanted = search.trim().toLowerCase();
  const lower = text.toLowerCase();
  // Some letters change their length in lower case; positions would be off, so nothing is marked then.
  if (wanted === '' || lower.length !== text.length) return [{ text, isMatch: false }];
  const parts: TextPart[] = [];
  let at = 0;
  for (let found = lower.indexOf(wanted); found >= 0; found = lower.indexOf(wanted, at)) {
    if (found > at) parts.push({ text: text.slice(at, found), isMatch: false });
    at = found + wanted.length;
    parts.push({ text: text.slice(found, at), isMatch: true });
  }
  if (at < text.length || parts.length === 0) parts.push({ text: text.slice(at), isMatch: false });
  return parts;
}

/** What a log is as a file. */
export function logText(lines: readonly LogLine[]): string {
  return lines
    .map(({ at, level, text }) => `${new Date(at).toISOString()} ${level.toUpperCase().padEnd(7)} ${text}\n`)
    .join('');
}

/** The line that a failed task is read from: its last error. */
export function failingLine(lines: readonly LogLine[]): number | null {
  return lines.findLast((line) => line.level === 'error')?.number ?? null;
}

/** `#L120` → 120. */
export function lineOfHash(hash: string): number | null {
  const match = /^#L(\d{1,9})$/.exec(hash);
  return match ? Number(match[1]) : null;
}
