import { expect, test } from 'vitest';
import type { TableState } from '../ui/table/table-state.ts';
import { auditQuestion, exportHref } from './audit-question.ts';

const NOW = Date.parse('2026-11-27T10:20:30Z');
const state: TableState = { text: '', filters: {}, sort: null, columns: null, cursor: null };

test('an empty address asks for the newest rows', () => {
  expect(auditQuestion(state, NOW)).toEqual({ limit: 50 });
});

test('filters and the page are asked for, and what the server would refuse is not', () => {
  const filters = { by: ['alice@ibs'], action: ['user'], result: ['maybe', 'refused'], days: ['7'] };
  expect(auditQuestion({ ...state, text: ' main ', filters, cursor: '50.1234' }, NOW)).toEqual({
    ...{
      limit: 50,
      by: 'alice@ibs',
      action: 'user',
      outcome: 'refused',
      subject: 'main',
      cursor: 1234,
    },
    since: new Date('2026-11-20T10:00:00Z'),
  });
  const nonsense = { ...state, filters: { result: ['maybe'], days: ['-1'] }, cursor: '50.x' };
  expect(auditQuestion(nonsense, NOW)).toEqual({ limit: 50 });
});

test('an export has the filters of the list and all of its pages', () => {
  const question = { limit: 50, cursor: 9, by: 'a b', since: new Date(0) };
  expect(exportHref(question)).toBe('/api/audit/export?by=a+b&since=1970-01-01T00%3A00%3A00.000Z');
  expect(exportHref({ limit: 50 })).toBe('/api/audit/export');
});
