import { describe, expect, test } from 'vitest';
import { type Children, moveByKey, type TreeNode, visibleRows } from './tree-rows.ts';

const branch = (id: string): TreeNode => ({ id, label: id.split('/').at(-1) ?? id, isBranch: true });
const leaf = (id: string): TreeNode => ({ ...branch(id), isBranch: false });
const ready = (...nodes: TreeNode[]): Children<TreeNode> => ({ state: 'ready', nodes });

const ROOTS = [branch('etc'), branch('var'), leaf('vmlinuz')];
const CHILDREN = new Map<string, Children<TreeNode>>([
  ['etc', ready(branch('etc/ssh'), leaf('etc/hosts'))],
  ['var', ready()],
]);
const rows = (...open: string[]) => visibleRows(ROOTS, CHILDREN, new Set(open));
const brief = (...open: string[]) =>
  rows(...open).map((row) => `${'  '.repeat(row.level - 1)}${row.kind === 'node' ? row.node.id : row.kind}`);

describe('visible rows', () => {
  test('show what is open, in order, with its depth', () => {
    expect(brief('etc')).toEqual(['etc', '  etc/ssh', '  etc/hosts', 'var', 'vmlinuz']);
  });

  test('say that a branch is empty, and that one is still being read', () => {
    expect(brief('var')).toEqual(['etc', 'var', '  empty', 'vmlinuz']);
    expect(brief('etc', 'etc/ssh')).toEqual([
      'etc',
      '  etc/ssh',
      '    loading',
      '  etc/hosts',
      'var',
      'vmlinuz',
    ]);
  });

  test('what is open inside a closed branch stays hidden and comes back with it', () => {
    expect(brief('etc/ssh')).toEqual(['etc', 'var', 'vmlinuz']);
  });
});

describe('keys in the tree', () => {
  const open = rows('etc', 'var');
  test.each([
    ['etc', 'ArrowDown', { to: 'etc/ssh' }],
    ['etc', 'ArrowUp', null],
    ['etc/hosts', 'ArrowDown', { to: 'var' }],
    ['etc', 'ArrowLeft', { close: 'etc' }],
    ['etc', 'ArrowRight', { to: 'etc/ssh' }],
    ['etc/ssh', 'ArrowRight', { open: 'etc/ssh' }],
    ['etc/hosts', 'ArrowRight', null],
    ['etc/hosts', 'ArrowLeft', { to: 'etc' }],
    ['var', 'ArrowRight', null],
    ['var', 'Home', { to: 'etc' }],
    ['etc', 'End', { to: 'vmlinuz' }],
    ['etc', 'v', { to: 'var' }],
    ['var', 'v', { to: 'vmlinuz' }],
    ['vmlinuz', 'v', { to: 'var' }],
    ['etc', 'Tab', null],
    ['gone', 'ArrowDown', null],
  ])('on %s, %s → %j', (focused, key, move) => {
    expect(moveByKey(open, focused, key)).toEqual(move);
  });
});
