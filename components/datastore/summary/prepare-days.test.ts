import { expect, test } from 'vitest';
import type { DayView } from '../../trpc/views.ts';
import { countLevels, prepareDays } from './prepare-days.ts';

const day = (more: Partial<DayView>): DayView => ({
  ...{ day: '2026-11-26', level: 'none', minutes: {}, reasons: {}, tasks: 0, failed: 0, goneTasks: 0 },
  ...more,
});

test('a cell says everything and leads to the tasks of its day; the last one is not over', () => {
  const cells = prepareDays('alpha', [
    day({
      level: 'offline',
      minutes: { offline: 40 },
      reasons: { offline: 'No mount.' },
      tasks: 3,
      failed: 1,
      goneTasks: 3,
    }),
    day({ day: '2026-11-27' }),
  ]);
  expect(cells[0]?.words.replaceAll('\u00a0', ' ')).toBe(
    'Thu 26 Nov 2026: offline. Offline for 40 min: No mount. 1 of 3 tasks failed. Their logs have been removed since.',
  );
  expect(cells[0]?.href).toBe('/tasks?datastore=alpha&day=2026-11-26');
  expect(cells[1]?.words).toBe('Fri 27 Nov 2026, so far: no data. Nothing was recorded of its state.');
});

test('days are counted by how they were, the worst first', () => {
  const levels = ['online', 'none', 'offline', 'online'] as const;
  expect(countLevels(levels.map((level) => ({ level })))).toEqual([
    { level: 'offline', count: 1 },
    { level: 'online', count: 2 },
    { level: 'none', count: 1 },
  ]);
});
