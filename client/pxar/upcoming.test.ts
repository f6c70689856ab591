import { expect, test } from 'vitest';
import type { ByteText } from './byte-text.ts';
import { TYPE } from './metadata.ts';
import { type Upcoming, upcomingAt } from './upcoming.ts';

const directory = { fd: 0, path: 'some/where' as ByteText, device: 7, depth: 2 };

function entriesOf(count: number) {
  return Array.from({ length: count }, (_, number) => ({
    name: `n${number}` as ByteText,
    type: number % 5 === 4 ? TYPE.directory : TYPE.file,
  }));
}

test.each([1, 2, 31, 32, 33, 64, 65, 200])(
  'of %i entries each but the first is told once, before its turn',
  (count) => {
    const entries = entriesOf(count);
    const told: string[] = [];
    for (const [at, entry] of entries.entries()) {
      const upcoming = upcomingAt(directory, entries, at);
      told.push(...(upcoming?.files ?? []), ...(upcoming?.directories ?? []));
      if (at > 0) expect(told).toContain(entry.name);
    }
    expect(told.toSorted()).toEqual(
      entries
        .slice(1)
        .map(({ name }) => name as string)
        .toSorted(),
    );
  },
);

test('files and directories are told apart, with where they are', () => {
  const upcoming = upcomingAt(directory, entriesOf(6), 0) as Upcoming;
  expect(upcoming).toEqual({
    directory: 'some/where',
    device: 7,
    files: ['n1', 'n2', 'n3', 'n5'],
    directories: ['n4'],
  });
});

test('links, devices and sockets are not told', () => {
  const entries = [...entriesOf(1), { name: 'pipe' as ByteText, type: TYPE.fifo }];
  expect(upcomingAt(directory, entries, 0)).toMatchObject({ files: [], directories: [] });
});
