import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';

/** The pages are true as far as a test can tell: links and files that they name exist, no setting is left out. */

const TOP = join(import.meta.dirname, '..');
const PAGES = [
  'README.md',
  'CHANGELOG.md',
  ...readdirSync(join(TOP, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.md'))
    .map((path) => `docs/${path}`),
];
const ENVIRONMENTS = ['scripts/up/env.ts', 'scripts/up/web-env.ts', 'server/env.ts', 'worker/env.ts'];

function read(path: string): string {
  return readFileSync(join(TOP, path), 'utf8');
}

test.each(PAGES)('%s: what it links to exists', (page) => {
  const links = [...read(page).matchAll(/\]\((?!https?:)([^)#\s]+)/g)].map(([, target]) => target ?? '');
  expect(links.filter((target) => !existsSync(join(TOP, dirname(page), target)))).toEqual([]);
});

test.each(PAGES)('%s: source files that it names exist', (page) => {
  const names = [...read(page).matchAll(/`((?:[\w-]+\/)+[\w.-]+\.(?:ts|tsx|mjs|wat|yaml|service|sql))`/g)];
  const missing = names.map(([, name]) => name ?? '').filter((name) => !existsSync(join(TOP, name)));
  expect(missing).toEqual([]);
});

test.each(PAGES)('%s names no path of one machine', (page) => {
  expect(read(page)).not.toMatch(/\/(work|root)\/[a-z]|\/home\/[a-z]/);
});

test('README.md tells every variable of the environment that the processes read', () => {
  const read = ENVIRONMENTS.flatMap(
    (path) => readFileSync(join(TOP, path), 'utf8').match(/\b(IBS_[A-Z_]+|DATABASE_URL)\b/g) ?? [],
  );
  const told = new Set(
    readFileSync(join(TOP, 'README.md'), 'utf8')
      .match(/`[A-Z_]+`/g)
      ?.map((word) => word.slice(1, -1)),
  );
  expect([...new Set(read)].filter((name) => !told.has(name))).toEqual([]);
});
