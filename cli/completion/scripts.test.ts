import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryDirectory } from '#testing/temporary-directory.ts';
import { SCRIPTS } from './scripts.ts';

const PROGRAM = join(import.meta.dirname, '..', '..', 'bin', 'ironcore-backup');

/** What bash would offer at the end of a line: the real script, the real command. */
function bash(line: string): string[] {
  const home = temporaryDirectory();
  mkdirSync(join(home, 'bin'));
  symlinkSync(PROGRAM, join(home, 'bin', 'ironcore-backup'));
  const script = `${SCRIPTS.bash}
    COMP_LINE=$1 COMP_POINT=\${#1}
    _ironcore_backup
    printf '%s\\n' "\${COMPREPLY[@]}"`;
  const environment = {
    ...process.env,
    HOME: home,
    PATH: `${join(home, 'bin')}:${process.env.PATH}`,
    IBS_DATA_DIR: home,
  };
  const out = execFileSync('bash', ['-c', script, 'bash', line], { env: environment, encoding: 'utf8' });
  return out.split('\n').filter((word) => word !== '');
}

test('bash completes nouns, verbs, options and values', () => {
  expect(bash('ironcore-backup data')).toEqual(['datastore']);
  expect(bash('ironcore-backup datastore ')).toEqual(
    expect.arrayContaining(['list', 'show', 'create', 'adopt', 'probe', 'remove']),
  );
  expect(bash('ironcore-backup datastore create --sy')).toEqual(['--sync-level']);
  expect(bash('ironcore-backup datastore create --sync-level f')).toEqual(['filesystem', 'file']);
});

test('bash is not told again what it takes for a word of its own', () => {
  expect(bash('ironcore-backup datastore create --sync-level=no')).toEqual(['none']);
});

test('a server that is away offers nothing and says nothing', () => {
  expect(bash('ironcore-backup datastore show ')).toEqual([]);
});

test('the bash script is one that bash can read, also through a symbolic link', () => {
  execFileSync('bash', ['-n', '-c', SCRIPTS.bash]);
});
