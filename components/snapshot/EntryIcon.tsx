import { File, FileSymlink, Folder, FolderOpen, HardDrive, Plug } from 'lucide-react';
import type { FileEntry } from '../trpc/views.ts';

export function EntryIcon({ kind, isOpen = false }: { kind: FileEntry['kind']; isOpen?: boolean }) {
  switch (kind) {
    case 'directory':
      return isOpen ? <FolderOpen /> : <Folder />;
    case 'symlink':
    case 'hardlink':
      return <FileSymlink />;
    case 'block-device':
    case 'char-device':
      return <HardDrive />;
    case 'fifo':
    case 'socket':
      return <Plug />;
    case 'file':
      return <File />;
  }
}

export const ENTRY_WORDS: Record<FileEntry['kind'], string> = {
  directory: 'Directory',
  file: 'File',
  symlink: 'Symbolic link',
  hardlink: 'Hard link',
  'block-device': 'Block device',
  'char-device': 'Character device',
  fifo: 'Named pipe',
  socket: 'Socket',
};
