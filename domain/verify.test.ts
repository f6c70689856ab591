import { expect, test } from 'vitest';
import { isVerifyDue, type VerifyResult, verifyWords } from './verify.ts';

const DAY = 86_400;
const NOW = 1_700_000_000;

test.each([
  ['never looked at', null, null, true],
  ['damaged, however young', { state: 'failed', at: NOW }, null, true],
  ['sound, for ever', { state: 'ok', at: NOW - 9999 * DAY }, null, false],
  ['sound, exactly as old as allowed', { state: 'ok', at: NOW - 30 * DAY }, 30, false],
  ['sound, a second older', { state: 'ok', at: NOW - 30 * DAY - 1 }, 30, true],
  ['sound, and read again always', { state: 'ok', at: NOW }, 0, true],
  ['sound, nobody knows since when', { state: 'ok', at: null }, 30, true],
  ['sound, nobody knows since when, for ever', { state: 'ok', at: null }, null, false],
] as const)('%s', (_, last, days, due) => {
  expect(isVerifyDue(last, days, NOW)).toBe(due);
});

const NOTHING: VerifyResult = {
  ...{ sound: 0, failed: 0, skipped: 0, upToDate: 0, vanished: 0, left: 0, readChunks: 0, readBytes: 0 },
  stopped: false,
};

test('the outcome in words', () => {
  expect(verifyWords(NOTHING)).toBe('Nothing was due.');
  expect(verifyWords({ ...NOTHING, sound: 1, readChunks: 2, readBytes: 2048 })).toBe(
    '1 snapshot verified, 2.00\u00a0KiB in 2 chunks read: all sound.',
  );
  expect(verifyWords({ ...NOTHING, sound: 2, failed: 1, skipped: 1, left: 4 })).toBe(
    '1 snapshot of 3 damaged. Not read: 1 snapshot in use, 4 snapshots left for the next run.',
  );
  expect(verifyWords({ ...NOTHING, sound: 1, left: 4, stopped: true })).toBe(
    '1 snapshot verified: all sound. Stopped at the end of the window; 4 snapshots left.',
  );
  expect(verifyWords({ ...NOTHING, left: 1, stopped: true, upToDate: 1 })).toBe(
    'Nothing was read. Not read: 1 snapshot verified before. Stopped at the end of the window; 1 snapshot left.',
  );
});
