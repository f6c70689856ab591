import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { parse } from 'yaml';

/** Files that are installed elsewhere and cannot be run here: their form, and that what they name exists. */

const TOP = join(import.meta.dirname, '..');
const UNITS = join(TOP, 'deploy/systemd');
const INSTALLED = '/opt/ironcore-backup';
const units = readdirSync(UNITS);
const canVerify = existsSync('/usr/bin/systemd-analyze');

test.each(units)('%s has sections of keys and values and starts a script that exists', (name) => {
  const unit = parseUnit(readFileSync(join(UNITS, name), 'utf8'));
  expect(Object.keys(unit)).toEqual(expect.arrayContaining(['Unit', 'Service']));
  const [program, ...words] = (unit.Service?.ExecStart ?? '').split(' ');
  expect(program).toBe(`${INSTALLED}/node_modules/.bin/node`);
  expect(existsSync(join(TOP, words.at(-1) ?? 'missing'))).toBe(true);
});

test('the worker has the flags that npm start gives it', () => {
  const main = readFileSync(join(TOP, 'scripts/up/main.ts'), 'utf8');
  const flags = /WORKER_FLAGS = \[([^\]]*)\]/.exec(main)?.[1]?.match(/--[\w-]+/g) ?? [];
  const unit = parseUnit(readFileSync(join(UNITS, 'ironcore-backup-worker.service'), 'utf8'));
  expect(unit.Service?.ExecStart?.match(/ --[\w-]+/g)?.map((flag) => flag.trim())).toEqual(flags);
});

test.each(units)('%s names documents and units that exist', (name) => {
  const text = readFileSync(join(UNITS, name), 'utf8');
  for (const [page] of text.matchAll(/docs\/[\w./-]+\.md/g))
    expect(existsSync(join(TOP, page)), page).toBe(true);
  for (const [other] of text.matchAll(/ironcore-backup-\w+\.service/g)) expect(units).toContain(other);
});

test.skipIf(!canVerify)('systemd finds nothing wrong with the units (needs systemd-analyze)', () => {
  const directory = mkdtempSync(join(tmpdir(), 'ibs-units-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  for (const name of units) {
    // The program must exist where the unit says, so the copy names one that does.
    const text = readFileSync(join(UNITS, name), 'utf8').replaceAll(
      `${INSTALLED}/node_modules/.bin/node`,
      process.execPath,
    );
    writeFileSync(join(directory, name), text);
  }
  const { status, stderr } = spawnSync(
    '/usr/bin/systemd-analyze',
    ['verify', '--man=no', '--recursive-errors=no', ...units.map((name) => join(directory, name))],
    { encoding: 'utf8' },
  );
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
});

test('compose.yaml parses, keeps its volumes, and starts what npm start starts', () => {
  const compose = parse(readFileSync(join(TOP, 'deploy/compose.yaml'), 'utf8'));
  expect(Object.keys(compose.services)).toEqual(['database', 'server']);
  for (const service of Object.values<{ volumes: string[] }>(compose.services)) {
    for (const volume of service.volumes) expect(compose.volumes).toHaveProperty(volume.split(':')[0] ?? '');
  }
  const script = /scripts\/[\w.]+/.exec(compose.services.server.command.at(-1))?.[0];
  expect(readFileSync(join(TOP, 'package.json'), 'utf8')).toContain(`"start": "exec node ${script}"`);
});

function parseUnit(text: string): Record<string, Record<string, string>> {
  const sections: Record<string, Record<string, string>> = {};
  let section: Record<string, string> | null = null;
  for (const line of text.split('\n')) {
    const head = /^\[(\w+)\]$/.exec(line)?.[1];
    const [, key, value] = /^(\w+)=(.*)$/.exec(line) ?? [];
    if (head) {
      section = {};
      sections[head] = section;
    } else if (section && key && value !== undefined) section[key] = value;
    else if (line !== '' && !line.startsWith('#')) throw new Error(`Not a line of a unit: ${line}`);
  }
  return sections;
}
