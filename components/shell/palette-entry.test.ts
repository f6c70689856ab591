import { expect, test } from 'vitest';
import { findEntries, type PaletteEntry } from './palette-entry.ts';

const entry = (group: string, label: string, more: Partial<PaletteEntry> = {}): PaletteEntry => ({
  id: `${group} ${label}`,
  group,
  label,
  ...more,
});
const found = (entries: PaletteEntry[], text: string) =>
  findEntries(entries, text).map(([group, members]) => [group, ...members.map(({ label }) => label)]);

const stores = ['old-store-1', 'store-10', 'store-1', 'restore-1', 'store-2'].map((name) =>
  entry('Datastores', name),
);
const probes = stores.map(({ label }) => entry('Actions', `Probe ${label}`));

test('the whole name comes first, then what begins with it, then what has it at a word, then anywhere', () => {
  expect(found(stores, 'STORE-1')).toEqual([
    ['Datastores', 'store-1', 'store-10', 'old-store-1', 'restore-1'],
  ]);
});

test('the heading with the closest entry comes first', () => {
  expect(found([...probes, ...stores], 'store-2').map(([group]) => group)).toEqual(['Datastores', 'Actions']);
  expect(found([...stores, ...probes], 'probe store-2')).toEqual([['Actions', 'Probe store-2']]);
});

test('words may stand anywhere, and letters may be left out, behind everything closer', () => {
  const pages = [entry('Pages', 'Access control'), entry('Pages', 'Settings', { keywords: ['time zone'] })];
  expect(found(pages, 'zone')).toEqual([['Pages', 'Settings']]);
  expect(found(pages, 'control acc')).toEqual([['Pages', 'Access control']]);
  expect(found(pages, 'acctl')).toEqual([['Pages', 'Access control']]);
  expect(found(pages, 'xyz')).toEqual([]);
});

test('what is always offered comes last', () => {
  const search = entry('Search', 'Snapshots that match “store-2”', { always: true });
  expect(found([search, ...stores], 'store-2').at(-1)).toEqual(['Search', 'Snapshots that match “store-2”']);
});

test('before anything is typed a long group is cut, and every group is there', () => {
  const many = Array.from({ length: 40 }, (_, number) => entry('Datastores', `d-${number}`));
  const groups = findEntries([...many, entry('Pages', 'Tasks')], '  ');
  expect(groups.map(([group, members]) => [group, members.length])).toEqual([
    ['Datastores', 6],
    ['Pages', 1],
  ]);
});
