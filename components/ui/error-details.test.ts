import { expect, test } from 'vitest';
import { detailsText } from './error-details.ts';

test('copied details name the failure, its code, the request and the time, a line each', () => {
  const text = detailsText({
    message: 'Cannot write to /mnt/backup/ibs-primary: the path is mounted read-only.',
    hint: 'Remount it, then probe again.',
    code: 'STORAGE_READ_ONLY',
    requestId: 'r-7f3a',
    at: Date.UTC(2026, 10, 22, 3, 0, 0),
  });
  expect(text.split('\n')).toEqual([
    'Cannot write to /mnt/backup/ibs-primary: the path is mounted read-only.',
    'Remount it, then probe again.',
    'code: STORAGE_READ_ONLY',
    'request: r-7f3a',
    'time: 2026-11-22T03:00:00.000Z',
  ]);
});

test('what is not known is left out', () => {
  expect(detailsText({ message: 'The server does not answer.', code: 'SERVER_UNREACHABLE' })).toBe(
    'The server does not answer.\ncode: SERVER_UNREACHABLE',
  );
});
