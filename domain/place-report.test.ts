import { expect, test } from 'vitest';
import { contentFacts, type PlaceContent } from './place-report.ts';

const CONTENT: PlaceContent = {
  ...{
    namespaces: 1,
    groups: 2,
    snapshots: 3,
    unfinished: 0,
    trashed: 0,
    oldest: 1_700_000_000,
    newest: 1_700_086_400,
  },
  ...{ chunksEstimate: 2048, chunkBytesEstimate: 1024 ** 3, owners: ['alice@ibs', 'bob@ibs!ci'] },
  ...{ lastOwner: { host: 'backup-1', seenAt: 1_700_000_000_000 }, complete: true },
};

function textOf(label: string, content: PlaceContent) {
  return contentFacts(content)
    .find((fact) => fact.label === label)
    ?.text.replaceAll('\u00a0', ' ');
}

test('what was found is told in words', () => {
  expect(textOf('Holds', CONTENT)).toBe('3 snapshots in 2 groups, 1 namespace');
  expect(textOf('Snapshots', CONTENT)).toBe('2023-11-14T22:13:20Z to 2023-11-15T22:13:20Z');
  expect(textOf('Chunks', CONTENT)).toBe('about 2 048 chunks, 1.00 GiB');
  expect(textOf('Groups belong to', CONTENT)).toBe('alice@ibs, bob@ibs!ci');
  expect(textOf('Last server', CONTENT)).toBe('backup-1, seen 2023-11-14T22:13:20Z');
});

test('what is not known or not there is said', () => {
  const empty = { ...CONTENT, snapshots: 0, unfinished: 2, oldest: null, newest: null, owners: [] };
  expect(textOf('Holds', { ...empty, complete: false })).toBe(
    'at least 0 snapshots, and 2 unfinished in 2 groups, 1 namespace',
  );
  expect(textOf('Snapshots', empty)).toBe('none is finished');
  expect(textOf('Groups belong to', empty)).toBe('nobody');
  expect(textOf('Last server', { ...CONTENT, lastOwner: null })).toBe('not known');
  expect(textOf('Chunks', { ...CONTENT, chunksEstimate: 0 })).toContain('few or none');
});
