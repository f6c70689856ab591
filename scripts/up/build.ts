import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import { join } from 'node:path';

/** Files that end up in the console; a change in any of them asks for a new build. */
const SOURCES = [
  'app',
  'components',
  'domain',
  'drizzle',
  'server',
  'public',
  'package.json',
  'next.config.ts',
  'proxy.ts',
];
const STAMP = '.next/ibs-source-hash';

/** Builds the console when it is missing or older than its sources; true when it did. */
export function buildWhenNeeded(
  top: string,
  environment: NodeJS.ProcessEnv,
  say: (line: string) => void,
): boolean {
  const hash = hashSources(top);
  const stamp = join(top, STAMP);
  if (fs.existsSync(join(top, '.next/BUILD_ID')) && readOrEmpty(stamp) === hash) return false;
  say('Building the console (about half a minute) …');
  const result = spawnSync(process.execPath, [join(top, 'node_modules/next/dist/bin/next'), 'build'], {
    cwd: top,
    env: environment,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  if (result.status !== 0)
    throw new Error(`The console could not be built:\n${result.stdout}\n${result.stderr}`);
  fs.writeFileSync(stamp, hash);
  return true;
}

function hashSources(top: string): string {
  const hash = createHash('sha256');
  for (const source of SOURCES) hashInto(hash, join(top, source));
  return hash.digest('hex');
}

function hashInto(hash: ReturnType<typeof createHash>, path: string): void {
  const stat = fs.statSync(path, { throwIfNoEntry: false });
  if (!stat) return;
  if (stat.isFile()) {
    hash.update(path).update(fs.readFileSync(path));
    return;
  }
  for (const name of fs.readdirSync(path).sort()) {
    if (!name.endsWith('.test.ts')) hashInto(hash, join(path, name));
  }
}

function readOrEmpty(file: string): string {
  try {
    return fs.readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
