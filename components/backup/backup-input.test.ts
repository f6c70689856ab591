import { describe, expect, test } from 'vitest';
import { BackupFormInput, TYPE_OPTIONS, tokenNameFor } from './backup-input.ts';

const input = {
  datastore: 'ibs-primary',
  namespace: '',
  type: 'host',
  id: 'web-1',
  tokenName: 'backup-web-1',
  expiry: '365',
};

describe('what is backed up', () => {
  test.each([
    ['root.pxar:/', ['root.pxar:/']],
    [' root.pxar:/  disk.img:/dev/sda ', ['root.pxar:/', 'disk.img:/dev/sda']],
    ['host.conf:/etc/fstab', ['host.conf:/etc/fstab']],
  ])('%j names its archives', (sources, expected) => {
    expect(BackupFormInput.parse({ ...input, sources }).sources).toEqual(expected);
  });

  test.each(['', '/', 'root.pxar', 'root.tar:/', '-x.pxar:/'])('%j is refused', (sources) => {
    expect(BackupFormInput.safeParse({ ...input, sources }).success).toBe(false);
  });
});

test('the host comes first, for it is what most people start with', () => {
  expect(TYPE_OPTIONS.map((option) => option.value)).toEqual(['host', 'vm', 'ct']);
});

test('a token is called after what it backs up, as far as the name may be long', () => {
  expect(tokenNameFor('web-1')).toBe('backup-web-1');
  expect(tokenNameFor('x'.repeat(128))).toHaveLength(64);
});
