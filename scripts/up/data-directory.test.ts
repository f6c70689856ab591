import { spawn } from 'node:child_process';
import * as fs from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { temporaryDirectory } from '#testing/temporary-directory.ts';
import { claim, prepareDataDirectory } from './data-directory.ts';

const MODULE = join(import.meta.dirname, 'data-directory.ts');

test('only one process can have a data directory, and the next one when it is given free', () => {
  const directory = prepareDataDirectory(temporaryDirectory());
  const release = claim(directory);
  expect(fs.readFileSync(directory.pidFile, 'utf8')).toBe(`${process.pid}\n`);
  expect(() => claim(directory)).toThrow(`It runs already (process ${process.pid}).`);
  release();
  expect(fs.existsSync(directory.pidFile)).toBe(false);
  claim(directory)();
});

test.each([
  ['of this process itself', () => process.pid],
  ['of a process that runs', () => process.ppid],
  ['longer than the new one', () => 4_194_304_000],
  ['that is none', () => 'nonsense'],
])('a file left behind with a number %s refuses nothing', (_, number) => {
  const directory = prepareDataDirectory(temporaryDirectory());
  fs.writeFileSync(directory.pidFile, String(number()));
  const release = claim(directory);
  expect(fs.readFileSync(directory.pidFile, 'utf8')).toBe(`${process.pid}\n`);
  release();
});

test('a killed process holds nothing any more', async () => {
  const directory = prepareDataDirectory(temporaryDirectory());
  const program = `
    import { claim, prepareDataDirectory } from ${JSON.stringify(MODULE)};
    claim(prepareDataDirectory(${JSON.stringify(directory.path)}));
    console.log('claimed');
    setInterval(() => {}, 60_000);`;
  const holder = spawn(process.execPath, ['--input-type=module', '--eval', program]);
  onTestFinished(() => void holder.kill('SIGKILL'));
  await new Promise((resolve) => holder.stdout.once('data', resolve));
  expect(() => claim(directory)).toThrow(`It runs already (process ${holder.pid}).`);
  const ended = new Promise((resolve) => holder.once('exit', resolve));
  holder.kill('SIGKILL');
  await ended;
  expect(fs.existsSync(directory.pidFile)).toBe(true);
  claim(directory)();
});
