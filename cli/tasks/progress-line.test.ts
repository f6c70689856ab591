import { expect, test } from 'vitest';
import { ProgressLine } from './progress-line.ts';
import { progressParts } from './progress-text.ts';

function line(isTerminal: boolean, width = 80) {
  let written = '';
  const target = {
    write: (text: string) => {
      written += text;
    },
    isTerminal,
    width,
  };
  const progress = new ProgressLine(target, 'Rescan datastore ibs-primary', 0);
  return { progress, written: () => written };
}

const PROGRESS = {
  phase: 'Chunks',
  done: 12_345,
  total: 65_536,
  unit: 'directories',
  rate: 9800,
  leftMs: 5400,
} as const;

test('progress says phase, share, time left, count and rate', () => {
  expect(progressParts(PROGRESS, 'running')).toEqual([
    'Chunks',
    '19 %',
    'about 5 s left',
    '12 345 of 65 536 directories',
    '9 800/s',
  ]);
  const bytes = { phase: 'Upload', done: 5 * 1024 ** 3, unit: 'bytes', rate: 80 * 1024 ** 2 } as const;
  expect(progressParts(bytes, 'running')).toEqual(['Upload', '5.00 GiB', '80.0 MiB/s']);
  expect(progressParts({ phase: 'Probe' }, 'running')).toEqual(['Probe']);
  expect(progressParts({ phase: 'Long', leftMs: 7_500_000 }, 'running')).toEqual([
    'Long',
    'about 2 h 5 min left',
  ]);
  expect(progressParts(null, 'queued')).toEqual(['waiting for the storage worker']);
});

test('a terminal has one line that is redrawn and taken away at the end', () => {
  const { progress, written } = line(true);
  progress.show(['Chunks', '19 %'], 0);
  progress.show(['Chunks', '19 %'], 100);
  progress.show(['Chunks', '20 %'], 200);
  progress.clear();
  progress.clear();
  expect(written()).toBe(
    '\r\u001b[KRescan datastore ibs-primary · Chunks · 19 %' +
      '\r\u001b[KRescan datastore ibs-primary · Chunks · 20 %' +
      '\r\u001b[K',
  );
});

test('a narrow terminal shows whole parts, and never more than one line', () => {
  const { progress, written } = line(true, 50);
  progress.show(progressParts(PROGRESS, 'running'), 0);
  expect(written()).toBe('\r\u001b[KRescan datastore ibs-primary · Chunks · 19 %');
  const narrow = line(true, 20);
  narrow.progress.show(['Chunks'], 0);
  expect(narrow.written()).toBe('\r\u001b[KRescan datastore i…');
});

test('elsewhere a line is written when the phase changes and now and then, and none for what is quickly done', () => {
  const { progress, written } = line(false);
  progress.show(['Checks'], 100);
  progress.show(['Chunks', '1 %'], 1500);
  progress.show(['Chunks', '2 %'], 2000);
  progress.show(['Chunks', '60 %'], 31_600);
  progress.show(['Probe'], 31_700);
  progress.clear();
  expect(written().split('\n')).toEqual([
    'Rescan datastore ibs-primary: Chunks, 1 %',
    'Rescan datastore ibs-primary: Chunks, 60 %',
    'Rescan datastore ibs-primary: Probe',
    '',
  ]);
});
