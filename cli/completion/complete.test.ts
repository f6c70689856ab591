import { expect, test } from 'vitest';
import type { ValueSource } from '../command.ts';
import { COMMANDS } from '../commands/registry.ts';
import { complete, type LookUp } from './complete.ts';

/** What a server would know. */
const NAMES: Partial<Record<ValueSource, string[]>> = {
  datastore: ['ibs-primary', 'ibs-archival'],
  archive: ['disk.img'],
  snapshot: ['ibs-primary:vm/1/2026-05-02T08:11:33Z'],
};

const lookUp: LookUp = async (source) => (NAMES[source] ?? []).map((word) => ({ word, about: '' }));

async function words(line: string): Promise<string[]> {
  const { offers } = await complete(line.split(' '), lookUp);
  return offers.map(({ word }) => word);
}

test.each<[string, string[]]>([
  ['datas', ['datastore']],
  ['snapshot pro', ['protect']],
  ['datastore show ', ['ibs-primary', 'ibs-archival']],
  ['datastore show ibs-a', ['ibs-archival']],
  ['datastore show ibs-primary ', []],
  ['datastore create --type ', ['local']],
  ['datastore create --type=', ['--type=local']],
  ['datastore create --na', ['--name']],
  ['backup --names', ['--namespace']],
  ['--output ', ['table', 'json', 'yaml']],
  ['-o y', ['yaml']],
  ['--output json datastore sh', ['show']],
  ['datastore maintenance ibs-primary ', ['read-only', 'offline', 'off']],
  ['datastore remove ibs-primary --yes-destroy ibs-p', ['ibs-primary']],
  ['snapshot forget x y ibs-primary:vm/1/2', ['ibs-primary:vm/1/2026-05-02T08:11:33Z']],
  ['task list --state failed --state run', ['running']],
  ['completion ', ['bash', 'zsh', 'fish']],
  ['help datas', ['datastore']],
  ['help datastore main', ['maintenance']],
  ['restore ibs-primary:vm/1/2026-05-02T08:11:33Z ', ['disk.img']],
  ['nonsense ', []],
  ['datastore nonsense ', []],
])('%j offers %j', async (line, expected) => {
  expect(await words(line)).toEqual(expected);
});

test('the first word is any noun or single command, and nothing hidden', async () => {
  const offered = await words('');
  for (const { name, hidden } of COMMANDS) {
    const [first = ''] = name.split(' ');
    expect(offered.includes(first)).toBe(!hidden);
  }
  expect(new Set(offered).size).toBe(offered.length);
});

test('options that were given are not offered again, unless they may be repeated', async () => {
  expect(await words('task list --limit 5 --st')).toEqual(['--state']);
  expect(await words('task list --state failed --st')).toEqual(['--state']);
  expect(await words('task list --limit 5 --lim')).toEqual([]);
  expect(await words('datastore create --dry-run --dry')).toEqual([]);
});

test('files and directories are left to the shell', async () => {
  expect(await complete(['--token-file', ''], lookUp)).toEqual({ offers: [], files: 'files' });
  expect(await complete(['datastore', 'create', '--path', '/mn'], lookUp)).toEqual({
    offers: [],
    files: 'directories',
  });
});

test('no word can break out of the line it is written in', async () => {
  const hostile: LookUp = async () => [{ word: 'ibs-a\tb', about: 'one\ntwo' }];
  const { offers } = await complete(['datastore', 'show', ''], hostile);
  expect(offers).toEqual([]);
});
