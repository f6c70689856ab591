import { describe, expect, test } from 'vitest';
import { downloadHref } from './download-href.ts';
import {
  archiveCount,
  filesByUse,
  isBrowsable,
  snapshotHref,
  snapshotId,
  snapshotLabel,
} from './snapshot-words.ts';

const snapshot = {
  datastore: 'ibs-primary',
  namespace: 'production/web',
  type: 'host',
  id: 'web-1',
  time: 1_777_709_493,
} as Parameters<typeof snapshotHref>[0];
const atRoot = { ...snapshot, namespace: '' } as typeof snapshot;

describe('a snapshot', () => {
  test('is named like on the command line', () => {
    expect(snapshotId(snapshot)).toBe('ibs-primary:production/web/host/web-1/2026-05-02T08:11:33Z');
    expect(snapshotLabel(snapshot)).toBe('host/web-1/2026-05-02T08:11:33Z');
  });
  test('has an address that reads the same', () => {
    expect(snapshotHref(snapshot)).toBe(
      '/snapshots/ibs-primary/production/web/host/web-1/2026-05-02T08%3A11%3A33Z',
    );
    expect(snapshotHref(atRoot)).toBe('/snapshots/ibs-primary/host/web-1/2026-05-02T08%3A11%3A33Z');
  });
});

test('one can look into directories and the metadata half of split archives only', () => {
  expect(
    ['root.pxar.didx', 'root.mpxar.didx', 'root.ppxar.didx', 'disk.img.fidx', 'a.conf.blob'].map(isBrowsable),
  ).toEqual([true, true, false, false, false]);
});

test('what was made along with a backup is not counted, and a split directory once', () => {
  const names = ['catalog.pcat1.didx', 'a.mpxar.didx', 'a.ppxar.didx', 'fstab.conf.blob', 'disk.img.fidx'];
  const files = [...names, 'index.json.blob', 'client.log.blob'].map((name) => ({ name }));
  expect(archiveCount(files)).toBe(3);
  expect(filesByUse(files).others.map(({ name }) => name)).toEqual([
    'catalog.pcat1.didx',
    'index.json.blob',
    'client.log.blob',
  ]);
});

test('a download names everything; base64 survives the address', () => {
  const url = new URL(downloadHref(snapshot, 'root.pxar.didx', 'a+b/c=='), 'http://console');
  expect(Object.fromEntries(url.searchParams)).toEqual({
    datastore: 'ibs-primary',
    namespace: 'production/web',
    type: 'host',
    id: 'web-1',
    time: '1777709493',
    archive: 'root.pxar.didx',
    path: 'a+b/c==',
  });
  expect(downloadHref(atRoot, 'a.conf.blob')).not.toContain('path=');
});
