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

test('the secret is made once and as a whole, whatever an earlier start left half done', () => {
  const path = temporaryDirectory();
  const { secret } = prepareDataDirectory(path);
  const text = fs.readFileSync(secret, 'utf8');
  expect(text).toMatch(/^[0-9a-f]{64}\n$/);
  fs.writeFileSync(`${secret}.new`, 'half');
  prepareDataDirectory(path);
  expect(fs.readFileSync(secret, 'utf8')).toBe(text);
  fs.rmSync(secret);
  prepareDataDirectory(path);
  expect(fs.readFileSync(secret, 'utf8')).toMatch(/^[0-9a-f]{64}\n$/);
  expect(fs.readdirSync(path)).toEqual(['secret.key']);
});

test.each(['', '\n', 'abcdef\n'])('a secret that reads %j refuses the start', (text) => {
  const path = temporaryDirectory();
  fs.writeFileSync(join(path, 'secret.key'), text);
  expect(() => prepareDataDirectory(path)).toThrow(/secret\.key is empty or damaged/);
  expect(fs.readFileSync(join(path, 'secret.key'), 'utf8')).toBe(text);
});

test('whatever others were allowed to read is private again after a start', () => {
  const directory = prepareDataDirectory(temporaryDirectory());
  const files = [directory.secret, directory.databasePassword, directory.cliToken];
  for (const file of files.slice(1)) fs.writeFileSync(file, 'x');
  for (const file of files) fs.chmodSync(file, 0o644);
  prepareDataDirectory(directory.path);
  expect(files.map((file) => fs.statSync(file).mode & 0o777)).toEqual([0o600, 0o600, 0o600]);
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
