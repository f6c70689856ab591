import { describe, expect, test } from 'vitest';
import { DATASTORE_STATUSES } from '#domain/datastore.ts';
import { TASK_STATES } from '#domain/task.ts';
import { DATASTORE_LOOKS, TASK_LOOKS } from './status-looks.ts';

describe.each([
  ['datastore', DATASTORE_LOOKS, DATASTORE_STATUSES],
  ['task', TASK_LOOKS, TASK_STATES],
])('%s states', (_, looks, states) => {
  const all = Object.values(looks);

  test('each has a look', () => {
    expect(Object.keys(looks).sort()).toEqual([...states].sort());
  });

  test.each(['glyph', 'word', 'severity'] as const)('no two share a %s', (property) => {
    expect(new Set(all.map((look) => look[property])).size).toBe(all.length);
  });

  test('red means that someone must act, green that nobody must', () => {
    const worst = Math.max(...all.map((look) => look.severity));
    expect(all.find((look) => look.severity === worst)?.tone).toBe('err');
    expect(all.find((look) => look.severity === 0)?.tone).toBe('ok');
  });
});
