import { expect, test } from 'vitest';
import type { NamespaceView } from '../../trpc/views.ts';
import { namespaceRows } from './namespace-rows.ts';

const rows = (...paths: string[]) =>
  namespaceRows(paths.map((path) => ({ path }) as NamespaceView)).map(({ label, level }) => [level, label]);

test('each stands one level below its parent, under its last name', () => {
  expect(rows('', 'a', 'a/b', 'a/b/c', 'd')).toEqual([
    [0, 'Root'],
    [0, 'a'],
    [1, 'b'],
    [2, 'c'],
    [0, 'd'],
  ]);
});

test('one whose parent may not be seen says where it is', () => {
  expect(rows('x/y', 'x/y/z')).toEqual([
    [0, 'x/y'],
    [1, 'z'],
  ]);
});
