import { expect, test } from 'vitest';
import type { DrillReport } from '../../trpc/views.ts';
import {
  amountWords,
  drilledSnapshot,
  readSnapshotName,
  reportFileName,
  reportText,
  roomWords,
} from './prepare-drill.ts';

const report = {
  ...{ id: '3292910e-86a0-4b39-8a2c-1f1d2d3c4b5a', namespace: 'production', type: 'host', backupId: 'web-1' },
  ...{
    time: 1_777_709_493,
    choice: 'random',
    state: 'passed',
    restoreMs: 42_000,
    restoredBytes: 3 * 1024 ** 3,
  },
  ...{ restoredFiles: 12, hashes: 20, problems: [], createdBy: 'system' },
  ...{ startedAt: new Date('2026-05-03T12:00:00Z'), finishedAt: new Date('2026-05-03T12:01:00Z') },
} as unknown as DrillReport;
const plain = (text: string) => text.replaceAll('\u00a0', ' ');

test('a report names its snapshot, and is saved whole under a name that tells it from others', () => {
  expect(drilledSnapshot(report)).toBe('production/host/web-1/2026-05-02T08:11:33Z');
  expect(plain(amountWords(report))).toBe('12 files, 3.00 GiB restored in 42.0 s.');
  expect(reportFileName('ibs-primary', report)).toBe('restore-drill-ibs-primary-2026-05-03-3292910e.json');
  expect(JSON.parse(reportText('ibs-primary', report))).toMatchObject({
    ...{ datastore: 'ibs-primary', snapshot: 'production/host/web-1/2026-05-02T08:11:33Z' },
    ...{ state: 'passed', hashes: 20, startedAt: '2026-05-03T12:00:00.000Z' },
  });
});

test('a snapshot is named with its group, and with its namespace where it has one', () => {
  expect(readSnapshotName(' production/host/web-1/2026-05-02T08:11:33Z ')).toEqual({
    snapshot: { namespace: 'production', type: 'host', id: 'web-1', time: 1_777_709_493 },
  });
  expect(readSnapshotName('')).toHaveProperty('problem');
  expect(readSnapshotName('web-1')).toHaveProperty('problem');
});

test('what does not fit is told before it is tried', () => {
  const GIB = 1024 ** 3;
  expect(roomWords({ roomBytes: 5 * GIB, neededBytes: null }).fits).toBe(true);
  expect(roomWords({ roomBytes: 5 * GIB, neededBytes: 5 * GIB }).fits).toBe(true);
  const { words, fits } = roomWords({ roomBytes: 5 * GIB, neededBytes: 6 * GIB });
  expect([plain(words), fits]).toEqual([
    'Takes 6.00 GiB; the scratch directory has 5.00 GiB of room: it does not fit.',
    false,
  ]);
});
