import { ok, type Result, refuse } from '#domain/result.ts';
import { type ByteText, byteTextOf, EMPTY, readable } from './byte-text.ts';
import { Glob } from './glob.ts';

/**
 * What is left out of an archive. Patterns stand in a list and the last one that matches decides. A pattern
 * is matched against `/` and the path from the root of the archive; without a leading slash it may also
 * match any tail of the path. A trailing slash makes it speak of directories only, a leading `!` takes back
 * what an earlier pattern left out. A directory that is left out is not entered at all.
 */
export interface Pattern {
  /** The canonical spelling, for the record that an archive keeps of its patterns. */
  readonly source: ByteText;
  readonly verdict: Verdict;
  readonly directoriesOnly: boolean;
  /** True when `.` or `..` components were resolved: the writer of the pattern may have meant something else. */
  readonly wasNormalised: boolean;
  readonly glob: Glob;
}

export type Verdict = 'exclude' | 'include';

/** A pattern as typed. Error: PATTERN_INVALID. */
export function parsePattern(text: string): Result<Pattern> {
  return parseBytes(byteTextOf(text), EMPTY);
}

/** Patterns in the order of their force: later ones overrule earlier ones. */
export class PatternList {
  readonly #patterns: Pattern[] = [];

  constructor(patterns: Iterable<Pattern> = []) {
    this.#patterns.push(...patterns);
  }

  get length(): number {
    return this.#patterns.length;
  }

  push(...patterns: readonly Pattern[]): void {
    this.#patterns.push(...patterns);
  }

  /** Forgets what was added after the list had this length. */
  truncate(length: number): void {
    this.#patterns.length = Math.min(this.#patterns.length, length);
  }

  /** `path` from the root of the archive with a leading slash; null when no pattern speaks about it. */
  decide(path: ByteText, isDirectory: boolean): Verdict | null {
    const found = this.#patterns.findLast(
      (pattern) => (isDirectory || !pattern.directoriesOnly) && pattern.glob.matches(path, true),
    );
    return found?.verdict ?? null;
  }
}

export interface ExcludeFile {
  patterns: Pattern[];
  /** Lines that could not be read, and why. */
  problems: string[];
}

/**
 * The lines of a `.pxarexclude`; `directory` is the path of its directory from the root of the archive. A
 * line with a leading slash is anchored at that directory; others match below it at any depth.
 */
export function parseExcludeFile(content: ByteText, directory: ByteText): ExcludeFile {
  const file: ExcludeFile = { patterns: [], problems: [] };
  for (const [index, raw] of content.split('\n').entries()) {
    const line = raw.replace(/^[ \t-\r]+|[ \t-\r]+$/g, '') as ByteText;
    if (line === '' || line.startsWith('#')) continue;
    const parsed = parseBytes(line, directory === '' ? EMPTY : (`/${directory}` as ByteText));
    if (parsed.ok) file.patterns.push(parsed.value);
    if (!parsed.ok) file.problems.push(`line ${index + 1}: ${parsed.problem.message}`);
    else if (parsed.value.wasNormalised)
      file.problems.push(`line ${index + 1}: read as ${readable(parsed.value.source)}`);
  }
  return file;
}

/** How an archive records the patterns of the command line: one a line, in order. */
export function recordPatterns(patterns: readonly Pattern[]): ByteText {
  return patterns.map(({ source }) => `${source}\n`).join('') as ByteText;
}

function parseBytes(text: ByteText, base: ByteText): Result<Pattern> {
  const verdict: Verdict = text.startsWith('!') ? 'include' : 'exclude';
  const body = verdict === 'include' ? text.slice(1) : text;
  if (body === '' || body.includes('\0')) {
    return refuse('PATTERN_INVALID', 'A pattern must not be empty or contain a NUL byte.');
  }
  const stripped = body.replace(/\/+$/, '');
  const directoriesOnly = stripped !== body;
  const normal = normalise(stripped);
  if (normal === null) {
    return refuse('PATTERN_INVALID', 'A pattern cannot climb out of the archive with "..".', {
      hint: 'Start the pattern with a slash to anchor it at the root of the archive.',
    });
  }
  const glob = Glob.parse(normal as ByteText, normal.startsWith('/') ? base : EMPTY);
  if (!glob.ok) return glob;
  const source = `${verdict === 'include' ? '!' : ''}${normal}${directoriesOnly ? '/' : ''}` as ByteText;
  return ok({ source, verdict, directoriesOnly, wasNormalised: normal !== stripped, glob: glob.value });
}

/** Resolves `.` and `..` components, which no path has; null when they lead above the root. */
function normalise(text: string): string | null {
  const isRooted = text.startsWith('/');
  const parts: string[] = [];
  for (const part of text.split('/').slice(isRooted ? 1 : 0)) {
    if (part === '.') continue;
    if (part !== '..') parts.push(part);
    else if (parts.pop() === undefined && !isRooted) return null;
  }
  return (isRooted ? '/' : '') + parts.join('/');
}
