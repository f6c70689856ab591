import { describe, expect, test } from 'vitest';
import { type Column, compareValues, shownColumns, tableSpec } from './columns.ts';

const COLUMNS: Column<{ name: string; used: number }>[] = [
  { id: 'name', header: 'Name', cell: (row) => row.name, sortBy: (row) => row.name },
  { id: 'used', header: 'Used', cell: (row) => row.used, sortBy: (row) => row.used },
  { id: 'path', header: 'Path', cell: () => null, hiddenByDefault: true },
];

describe('columns', () => {
  test('hidden ones appear when they are chosen, the first one never goes', () => {
    expect(shownColumns(COLUMNS, null)).toEqual(['name', 'used']);
    expect(shownColumns(COLUMNS, ['path'])).toEqual(['name', 'path']);
  });

  test('only a column with a value to sort by can be sorted', () => {
    expect(tableSpec(COLUMNS).sortableIds).toEqual(['name', 'used']);
  });

  test('numbers sort by size, names by the numbers in them', () => {
    expect([100, 20, 3].sort(compareValues)).toEqual([3, 20, 100]);
    expect(['vm-10', 'VM-9', 'ct-1'].sort(compareValues)).toEqual(['ct-1', 'VM-9', 'vm-10']);
  });
});
