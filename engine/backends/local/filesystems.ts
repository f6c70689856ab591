import type { SyncLevel } from '#domain/datastore.ts';
import type { Mount } from './mount.ts';

/** What is known about the filesystems that a datastore may be put on (docs/reliability.md). */
export interface FilesystemVerdict {
  /** `good`: made for it; `fair`: works, with the risk named; `refused`: would lose data. */
  suitability: 'good' | 'fair' | 'refused';
  /** The risk or the reason, for people. */
  words: string;
  /** The strongest cheap way to make a whole backup durable. */
  syncLevel: SyncLevel;
}

const VERDICTS: Record<string, FilesystemVerdict> = {
  ext4: { suitability: 'good', words: 'ext4: well suited.', syncLevel: 'filesystem' },
  xfs: { suitability: 'good', words: 'XFS: well suited.', syncLevel: 'filesystem' },
  zfs: {
    suitability: 'good',
    words: 'ZFS: well suited; a dataset of its own is best.',
    syncLevel: 'filesystem',
  },
  btrfs: {
    suitability: 'fair',
    words: 'btrfs: works; its free space figures are estimates and many small files make it slow.',
    syncLevel: 'filesystem',
  },
  ext3: {
    suitability: 'refused',
    words: 'ext3 cannot hold 65 536 directories in one.',
    syncLevel: 'file',
  },
  tmpfs: {
    suitability: 'refused',
    words: 'tmpfs is memory: everything is lost at a restart.',
    syncLevel: 'file',
  },
  ramfs: {
    suitability: 'refused',
    words: 'ramfs is memory: everything is lost at a restart.',
    syncLevel: 'file',
  },
  overlay: {
    suitability: 'fair',
    words: 'overlay: the layer of a container, gone with it. Fine for a trial, not for backups that matter.',
    syncLevel: 'file',
  },
  nfs: network('NFS'),
  nfs4: network('NFS'),
  cifs: network('SMB'),
  smb3: network('SMB'),
};

export function judgeFilesystem(mount: Mount): FilesystemVerdict {
  const known = VERDICTS[mount.type];
  if (known) return known;
  if (mount.type.startsWith('fuse')) {
    return {
      suitability: 'fair',
      words: `${mount.type}: a filesystem in user space; every chunk is flushed on its own, which is slower.`,
      syncLevel: 'file',
    };
  }
  return {
    suitability: 'fair',
    words: `${mount.type}: not known to this product; every chunk is flushed on its own to be safe.`,
    syncLevel: 'file',
  };
}

function network(name: string): FilesystemVerdict {
  return {
    suitability: 'fair',
    words: `${name}: a network filesystem; what another host changes is seen late, so use it from this server alone.`,
    syncLevel: 'file',
  };
}
