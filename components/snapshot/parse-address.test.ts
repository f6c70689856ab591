import { expect, test } from 'vitest';
import { parseSnapshotAddress } from './parse-address.ts';

test('an address names datastore, namespace, group and time', () => {
  expect(
    parseSnapshotAddress('ibs-primary', ['production', 'web', 'host', 'web-1', '2026-05-02T08:11:33Z']),
  ).toEqual({
    datastore: 'ibs-primary',
    namespace: 'production/web',
    type: 'host',
    id: 'web-1',
    time: 1_777_709_493,
  });
});

test.each([
  ['ibs-primary', ['host', 'web-1']],
  ['ibs-primary', ['disk', 'web-1', '2026-05-02T08:11:33Z']],
  ['a b', ['host', 'web-1', '2026-05-02T08:11:33Z']],
  ['ibs-primary', []],
])('%s %j names nothing', (datastore, segments) => {
  expect(parseSnapshotAddress(datastore, segments)).toBeNull();
});
