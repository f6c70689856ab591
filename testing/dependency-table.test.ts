import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const TOP = join(import.meta.dirname, '..');

test('docs/decisions/dependencies.md names every package with its version, and no other', () => {
  const table = readFileSync(join(TOP, 'docs/decisions/dependencies.md'), 'utf8');
  const told = [...table.matchAll(/^\| `([^`]+)` +\| (\S+) +\|/gm)].map(
    ([, name, version]) => `${name} ${version}`,
  );
  const manifest = JSON.parse(readFileSync(join(TOP, 'package.json'), 'utf8'));
  const { dependencies, devDependencies, optionalDependencies } = manifest;
  const used = Object.entries({ ...dependencies, ...devDependencies, ...optionalDependencies });
  expect(told.toSorted()).toEqual(used.map(([name, version]) => `${name} ${version}`).toSorted());
});
