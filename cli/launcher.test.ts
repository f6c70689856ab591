import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryDirectory } from '#testing/temporary-directory.ts';

const TOP = join(import.meta.dirname, '..');
const LAUNCHER = join(TOP, 'bin', 'ironcore-backup');
const { version } = JSON.parse(readFileSync(join(TOP, 'package.json'), 'utf8'));

function launch(program: string, more: Record<string, string> = {}) {
  const { status, stdout, stderr } = spawnSync(program, ['--version'], {
    env: { ...process.env, ...more },
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
}

test('it starts from anywhere, through any chain of symbolic links', () => {
  const directory = join(temporaryDirectory(), 'with spaces');
  mkdirSync(join(directory, 'bin'), { recursive: true });
  symlinkSync(LAUNCHER, join(directory, 'absolute'));
  symlinkSync('../absolute', join(directory, 'bin', 'relative'));
  for (const program of [LAUNCHER, join(directory, 'absolute'), join(directory, 'bin', 'relative')]) {
    expect(launch(program)).toEqual({ status: 0, stdout: `${version}\n`, stderr: '' });
  }
});

test('a home that cannot be written to, or none, does not matter', () => {
  for (const HOME of ['/nowhere', '/proc/1', '']) {
    expect(launch(LAUNCHER, { HOME, XDG_CACHE_HOME: '' })).toMatchObject({ status: 0, stderr: '' });
  }
});

/** The launcher in a tree of its own, with a system whose only Node is `node`. */
function bareTree(node: string | null): { program: string; PATH: string } {
  const directory = temporaryDirectory();
  const [bin, system] = [join(directory, 'bin'), join(directory, 'system')];
  mkdirSync(bin);
  mkdirSync(system);
  copyFileSync(LAUNCHER, join(bin, 'ironcore-backup'));
  chmodSync(join(bin, 'ironcore-backup'), 0o755);
  for (const tool of ['dirname', 'readlink', 'mkdir']) {
    symlinkSync(
      execFileSync('sh', ['-c', `command -v ${tool}`], { encoding: 'utf8' }).trim(),
      join(system, tool),
    );
  }
  if (node !== null) writeFileSync(join(system, 'node'), node, { mode: 0o755 });
  return { program: join(bin, 'ironcore-backup'), PATH: system };
}

test('what is missing is said with the remedy', () => {
  const none = bareTree(null);
  expect(launch(none.program, { PATH: none.PATH })).toMatchObject({
    status: 1,
    stderr: expect.stringMatching(/^error: Node is missing\.\nhint: Run "npm ci" in /),
  });
  const old = bareTree('#!/bin/sh\n[ "$1" = -p ] && echo 18.0.0\n[ "$1" != -e ]\n');
  expect(launch(old.program, { PATH: old.PATH })).toMatchObject({
    status: 1,
    stderr: expect.stringMatching(/^error: Node 18\.0\.0 is too old\.\n/),
  });
  const bare = bareTree('#!/bin/sh\nexit 0\n');
  expect(launch(bare.program, { PATH: bare.PATH })).toMatchObject({
    status: 1,
    stderr: expect.stringMatching(/^error: The packages are not installed\.\nhint: Run "npm ci"/),
  });
});

test('it may be executed', () => {
  expect(statSync(LAUNCHER).mode & 0o111).toBe(0o111);
});
