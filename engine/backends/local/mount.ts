import * as fs from 'node:fs';
import { BackupError } from '#domain/errors.ts';

/** The mount that a directory lives on, found exactly: by the kernel's mount id and not by comparing paths. */
export interface Mount {
  /** `ext4`, `xfs`, `fuse.glusterfs`, … */
  type: string;
  /** What is mounted: a device, a dataset, `host:/volume`. */
  source: string;
  mountPoint: string;
  options: string[];
  /** `major:minor` of the device, as far as the filesystem has one. */
  device: string;
}

export function mountOf(directory: string): Mount {
  const fd = fs.openSync(directory, 'r');
  try {
    const info = fs.readFileSync(`/proc/self/fdinfo/${fd}`, 'utf8');
    const id = /^mnt_id:\s*(\d+)/m.exec(info)?.[1];
    const mount = parseMountInfo(fs.readFileSync('/proc/self/mountinfo', 'utf8')).find(
      (entry) => entry.id === id,
    );
    if (mount) return mount.mount;
    throw new BackupError('STORAGE_UNREACHABLE', `The mount of ${directory} is not known to the kernel.`);
  } finally {
    fs.closeSync(fd);
  }
}

/** `36 35 98:0 /root /mount/point rw,noatime shared:1 - ext4 /dev/root rw,errors=continue` */
export function parseMountInfo(text: string): { id: string; mount: Mount }[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const [head = '', tail = ''] = line.split(' - ');
      const [id = '', , device = '', , mountPoint = '', options = ''] = head.split(' ');
      const [type = '', source = '', superOptions = ''] = tail.split(' ');
      return {
        id,
        mount: {
          type,
          source: unescapeOctal(source),
          mountPoint: unescapeOctal(mountPoint),
          options: [...new Set([...options.split(','), ...superOptions.split(',')])].filter((o) => o !== ''),
          device,
        },
      };
    });
}

/** The kernel writes space, tab, newline and backslash as `\040` and so on. */
function unescapeOctal(text: string): string {
  return text.replace(/\\([0-7]{3})/g, (_, digits: string) =>
    String.fromCharCode(Number.parseInt(digits, 8)),
  );
}
