import { describe, expect, test } from 'vitest';
import type { TaskView, Verification } from '../../trpc/views.ts';
import { budgetBytes, chunkLines, coverageWords, prepareCoverage, prepareHistory } from './prepare-verify.ts';

const RESULT = {
  sound: 2,
  failed: 1,
  skipped: 0,
  upToDate: 0,
  vanished: 0,
  left: 0,
  readChunks: 9,
  readBytes: 500,
};
const task = (id: string, more: Partial<TaskView>) =>
  ({
    ...{ id, state: 'succeeded', subject: 'main', result: null },
    ...{ createdAt: new Date(0), startedAt: new Date(1000), finishedAt: new Date(4000) },
    ...more,
  }) as TaskView;

test('the history has what a run came to also when it found damage, and a gap where it came to nothing', () => {
  const tasks = [
    task('now', { state: 'running', finishedAt: null }),
    task('damaged', { state: 'failed', result: RESULT }),
    task('stopped', { state: 'cancelled' }),
  ];
  expect(prepareHistory(tasks)).toMatchObject([
    { id: 'stopped', readBytes: null, snapshots: null, damaged: null, durationMs: 3000 },
    { id: 'damaged', readBytes: 500, snapshots: 3, damaged: 1 },
  ]);
});

const known = (more: Partial<Verification>): Verification => ({
  ...{ snapshots: 4, sound: 4, failed: 0, never: 0, due: { snapshots: 0, bytes: 0 } },
  chunks: null,
  within: [
    { days: 7, snapshots: 1 },
    { days: 30, snapshots: 4 },
    { days: 90, snapshots: 4 },
  ],
  ...more,
});

describe('coverage', () => {
  test('chunks are a share of all chunks, with the amounts in words', () => {
    const within = [7, 30].map((days) => ({ days, chunks: days === 7 ? 1 : 4, bytes: days * 1024 }));
    const lines = chunkLines({ chunks: 4, bytes: 30 * 1024, within, asOf: new Date(0) });
    expect(lines.map(({ share }) => share)).toEqual([0.25, 1]);
    expect(lines[0]?.words.replaceAll('\u00a0', ' ')).toBe('1 of 4 chunks, 7.00 KiB of 30.0 KiB');
    expect(chunkLines({ chunks: 0, bytes: 0, within, asOf: new Date(0) })[0]?.share).toBe(0);
  });

  test('each line is a share of all, and what can be listed leads there', () => {
    const lines = prepareCoverage(known({ sound: 2, never: 1, failed: 1 }));
    expect(
      lines?.map(({ label, snapshots, share, verified }) => [label, snapshots, share, verified]),
    ).toEqual([
      ['Within 7 days', 1, 0.25, null],
      ['Within 30 days', 4, 1, null],
      ['Within 90 days', 4, 1, null],
      ['Ever', 2, 0.5, 'ok'],
      ['Never', 1, 0.25, 'never'],
      ['Damaged', 1, 0.25, 'failed'],
    ]);
  });
  test('without snapshots there is no share of anything', () => {
    expect(prepareCoverage(known({ snapshots: 0 }))).toBeNull();
  });
  test.each([
    [known({}), 'All 4 snapshots were sound within the last 30 days.'],
    [known({ within: [{ days: 30, snapshots: 3 }] }), '3 of 4 snapshots found sound within 30 days.'],
    [known({ failed: 1 }), '1 of 4 snapshots is damaged.'],
    [
      known({ snapshots: 1, within: [{ days: 30, snapshots: 1 }] }),
      'The only snapshot was sound within the last 30 days.',
    ],
    [known({ snapshots: 1, failed: 1 }), 'The only snapshot is damaged.'],
  ])('in a sentence, the worst first', (verification, words) => {
    expect(coverageWords(verification).replaceAll('\u00a0', ' ')).toBe(words);
  });
});

test('a budget is in GiB, and none is no limit', () => {
  expect(budgetBytes('2')).toBe(2 * 1024 ** 3);
  expect([budgetBytes(''), budgetBytes('0')]).toEqual([null, null]);
});
