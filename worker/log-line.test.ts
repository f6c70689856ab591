import { expect, test } from 'vitest';
import { readableLine } from './log-line.ts';

const time = new Date(2026, 4, 2, 6, 12, 33).getTime();
const line = (entry: object) => JSON.stringify({ level: 30, time, pid: 7, name: 'worker', ...entry });

test('the message comes first, then what it is about', () => {
  expect(
    readableLine(line({ datastore: 'main', status: 'online', reason: '', msg: 'datastore status' })),
  ).toBe('06:12:33 datastore status (datastore main, status online)\n');
  expect(readableLine(line({ msg: 'stopping' }))).toBe('06:12:33 stopping\n');
});

test('a warning says that it is one, and the cause without where in the program', () => {
  const err = { type: 'Error', message: 'the disk is gone', stack: 'Error: the disk is gone\n    at …' };
  expect(readableLine(line({ level: 40, err, datastore: 'main', msg: 'could not look' }))).toBe(
    '06:12:33 warning: could not look: the disk is gone (datastore main)\n',
  );
});

test('what is no line of the log stays as it is', () => {
  for (const other of ['Listening\n', '{"half":', '7\n', '{"level":30}\n'])
    expect(readableLine(other)).toBe(other);
});
