import { expect, test } from 'vitest';
import { painter } from './style.ts';
import { type Column, layOutTable } from './table.ts';
import { displayWidth } from './visible-text.ts';

interface Row {
  id: string;
  size: string;
  note: string;
}

const COLUMNS: Column<Row>[] = [
  { header: 'ID', cell: (row) => row.id },
  { header: 'SIZE', cell: (row) => row.size, align: 'right', drop: 1 },
  { header: 'NOTE', cell: (row) => row.note, cut: 8, drop: 2, hideEmpty: true },
];
const ROWS: Row[] = [
  { id: 'ibs-primary:production/vm/12345', size: '1.42 TiB', note: 'before the upgrade to release 12' },
  { id: 'ibs-primary:vm/7', size: '0 B', note: '' },
];

const plain = painter(false);

function table(width: number | null, rows = ROWS): string[] {
  return layOutTable(COLUMNS, rows, { width, paint: plain });
}

test('columns stand below their header, numbers on the right, and no line ends in spaces', () => {
  expect(table(null)).toEqual([
    'ID                                   SIZE  NOTE',
    'ibs-primary:production/vm/12345  1.42 TiB  before the upgrade to release 12',
    'ibs-primary:vm/7                      0 B',
  ]);
});

test('a narrow terminal first cuts free text, then drops what matters least, and never breaks an id', () => {
  for (const width of [76, 60, 55, 50, 45, 40, 20]) {
    const lines = table(width);
    expect(lines[1]).toContain('ibs-primary:production/vm/12345');
    if (width >= 40) for (const line of lines) expect(displayWidth(line)).toBeLessThanOrEqual(width);
  }
  expect(table(60)[1]).toBe('ibs-primary:production/vm/12345  1.42 TiB  before the upgra…');
  expect(table(50)[0]).toBe('ID                                   SIZE');
  expect(table(40)[0]).toBe('ID');
});

test('output that is kept is neither cut nor are empty columns left out', () => {
  const [header] = table(null, [{ id: 'a', size: '1 B', note: '' }]);
  expect(header).toBe('ID  SIZE  NOTE');
  expect(table(80, [{ id: 'a', size: '1 B', note: '' }])[0]).toBe('ID  SIZE');
});

test('without rows there is no table at all', () => {
  expect(table(null, [])).toEqual([]);
});

test('text may be broken into lines below each other', () => {
  const columns: Column<Row>[] = [
    { header: 'ID', cell: (row) => row.id },
    { header: 'NOTE', cell: (row) => row.note, wrap: 12 },
  ];
  const rows = [{ id: 'a', size: '', note: 'before the upgrade to release 12' }];
  expect(layOutTable(columns, rows, { width: 18, paint: plain })).toEqual([
    'ID  NOTE',
    'a   before the',
    '    upgrade to',
    '    release 12',
  ]);
});

test('colour never reaches into the padding, and only its own cell is painted', () => {
  const columns: Column<Row>[] = [
    { header: 'STATUS', cell: () => ({ text: 'on', tone: 'good' }) },
    { header: 'ID', cell: (row) => row.id },
  ];
  const lines = layOutTable(columns, ROWS.slice(1), { width: null, paint: painter(true) });
  expect(lines[1]).toBe('\u001b[32mon\u001b[39m      ibs-primary:vm/7');
});

test('control characters of names and notes do not reach the terminal', () => {
  const rows = [{ id: 'a\u001b[2J\nb', size: '', note: '\u202e' }];
  expect(table(null, rows)[1]).toBe('a\\x1b[2J b        \\u{202e}');
});

test('wide characters count as two columns', () => {
  const rows = [
    { id: '備份', size: '1 B', note: '' },
    { id: 'abcd', size: '1 B', note: '' },
  ];
  const [, first, second] = table(null, rows);
  expect(displayWidth(first ?? '')).toBe(displayWidth(second ?? ''));
});
