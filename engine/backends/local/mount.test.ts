import { expect, test } from 'vitest';
import { parseMountInfo } from './mount.ts';

test('a mount is read with its escapes, optional fields and options of both kinds', () => {
  const text = [
    String.raw`36 35 98:0 /root /mnt/a\040b\011c\012d\134e rw,noatime shared:1 master:2 - ext4 /dev/disk\040one rw,errors=continue`,
    '37 35 0:40 / /mnt/volume ro - fuse.glusterfs host:/volume rw',
    '',
  ].join('\n');
  expect(parseMountInfo(text)).toEqual([
    {
      id: '36',
      mount: {
        type: 'ext4',
        source: '/dev/disk one',
        mountPoint: '/mnt/a b\tc\nd\\e',
        options: ['rw', 'noatime', 'errors=continue'],
        device: '98:0',
      },
    },
    {
      id: '37',
      mount: expect.objectContaining({
        type: 'fuse.glusterfs',
        source: 'host:/volume',
        options: ['ro', 'rw'],
      }),
    },
  ]);
});

test('an escaped backslash in front of digits stays one', () => {
  const [entry] = parseMountInfo(String.raw`1 0 8:1 / /mnt/a\134040 rw - ext4 /dev/sda1 rw`);
  expect(entry?.mount.mountPoint).toBe('/mnt/a\\040');
});
