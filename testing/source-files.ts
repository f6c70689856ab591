import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';

/** The project's own source files, for the tests that check the shape of the house. */
export interface SourceFile {
  /** Path from the top of the checkout, with `/`. */
  path: string;
  /** First folder of the path, or `.` for files at the top. */
  room: string;
  text: string;
  lines: string[];
}

export const ROOMS = [
  'domain',
  'engine',
  'client',
  'drizzle',
  'server',
  'worker',
  'app',
  'components',
  'cli',
  'testing',
  'e2e',
  'bench',
  'scripts',
] as const;

const TOP = join(import.meta.dirname, '..');
const SOURCE = /\.(ts|tsx|mjs)$/;

export function readSources(): SourceFile[] {
  return ROOMS.flatMap((room) => walk(join(TOP, room)))
    .filter((path) => SOURCE.test(path) && !path.includes('/drizzle/migrations/'))
    .map((path) => {
      const text = readFileSync(path, 'utf8');
      const name = relative(TOP, path);
      return { path: name, room: name.split('/')[0] ?? '.', text, lines: text.split('\n') };
    });
}

function walk(folder: string): string[] {
  try {
    return readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
      entry.isDirectory() ? walk(join(folder, entry.name)) : [join(folder, entry.name)],
    );
  } catch {
    return []; // a room that has not been built yet
  }
}

export interface Import {
  file: string;
  line: number;
  target: string;
  /** `import type` or `export type … from`: erased before anything runs. */
  typeOnly: boolean;
}

const STATEMENT = /^(?:import|export)\s+(?:([\w\s{},*$]+?)\s+from\s+)?['"]([^'"]+)['"]/gm;
const DYNAMIC = /\bimport\(\s*['"]([^'"]+)['"]\s*\)/g;

export function importsOf(file: SourceFile): Import[] {
  const found: Import[] = [];
  for (const match of file.text.matchAll(STATEMENT)) {
    const [, clause = '', target = ''] = match;
    found.push({
      file: file.path,
      line: lineAt(file, match.index),
      target,
      typeOnly: /^\s*type\b/.test(clause),
    });
  }
  for (const match of file.text.matchAll(DYNAMIC)) {
    found.push({ file: file.path, line: lineAt(file, match.index), target: match[1] ?? '', typeOnly: false });
  }
  return found;
}

export function lineAt(file: SourceFile, index: number): number {
  return file.text.slice(0, index).split('\n').length;
}
