import * as fs from 'node:fs';
import { BackupError } from '#domain/errors.ts';
import { type ArchiveFileName, parseArchiveFileName } from '#domain/ids.ts';
import { must, ok, type Result, refuse } from '#domain/result.ts';
import { sizeOf } from '#engine/posix.ts';
import { errorCode } from '../pxar/system-errors.ts';

/** What is backed up: `NAME.img:PATH`, `NAME.pxar:DIR` or `NAME.conf:FILE`. */
export type BackupSource =
  | { kind: 'image'; name: ArchiveFileName; path: string }
  | { kind: 'tree'; name: ArchiveFileName; path: string }
  | { kind: 'file'; name: ArchiveFileName; path: string };

const EXTENSIONS: Record<string, { kind: BackupSource['kind']; server: string }> = {
  img: { kind: 'image', server: 'fidx' },
  pxar: { kind: 'tree', server: 'didx' },
  conf: { kind: 'file', server: 'blob' },
  log: { kind: 'file', server: 'blob' },
};

export function parseSource(text: string): Result<BackupSource> {
  const colon = text.indexOf(':');
  const name = text.slice(0, Math.max(colon, 0));
  const path = text.slice(colon + 1);
  const extension = EXTENSIONS[name.slice(name.lastIndexOf('.') + 1)];
  if (colon <= 0 || path === '' || !extension) {
    return refuse('INPUT_INVALID', `"${text}" does not say what to back up.`, {
      field: 'source',
      hint: 'Write NAME.img:PATH for a disk, NAME.pxar:DIRECTORY for files, NAME.conf:FILE for a single small file.',
    });
  }
  const parsed = parseArchiveFileName(`${name}.${extension.server}`, 'source');
  return parsed.ok ? ok({ kind: extension.kind, name: parsed.value, path }) : parsed;
}

/** Two sources of one name would overwrite each other. */
export function parseSources(texts: readonly string[]): BackupSource[] {
  const sources = texts.map((text) => must(parseSource(text)));
  const names = new Set(sources.map((source) => source.name));
  if (names.size === sources.length) return sources;
  throw new BackupError('INPUT_INVALID', 'Two sources have the same name.', { field: 'source' });
}

/** Size in bytes of a regular file or a block device; SOURCE_UNREADABLE for anything else. */
export function imageSize(path: string): number {
  const fd = openSource(path);
  try {
    const stat = fs.fstatSync(fd);
    if (stat.isFile()) return stat.size;
    if (stat.isBlockDevice()) return sizeOf(fd);
  } finally {
    fs.closeSync(fd);
  }
  throw new BackupError('SOURCE_UNREADABLE', `${path} is neither a regular file nor a block device.`, {
    hint: 'Back up a directory as NAME.pxar:DIRECTORY.',
  });
}

const WHY: Partial<Record<string, string>> = {
  ENOENT: 'does not exist',
  ENOTDIR: 'does not exist: a part of the path is no directory',
  EACCES: 'may not be read by this user',
  ELOOP: 'leads through too many symbolic links',
};

export function openSource(path: string): number {
  try {
    return fs.openSync(path, 'r');
  } catch (error) {
    const why =
      WHY[errorCode(error) ?? ''] ?? `cannot be read: ${error instanceof Error ? error.message : error}`;
    throw new BackupError('SOURCE_UNREADABLE', `${path} ${why}.`, { field: 'sources', cause: error });
  }
}

/** Refused before anything is sent, so that a typing error costs nothing. */
export function checkSources(sources: readonly BackupSource[]): void {
  for (const source of sources) {
    if (source.kind === 'image') imageSize(source.path);
    const fd = openSource(source.path);
    const isDirectory = fs.fstatSync(fd).isDirectory();
    fs.closeSync(fd);
    if (isDirectory === (source.kind === 'tree')) continue;
    const hint = isDirectory ? 'Name it NAME.pxar:DIRECTORY.' : 'Name it NAME.img:PATH or NAME.conf:FILE.';
    throw new BackupError('SOURCE_UNREADABLE', `${source.path} is ${isDirectory ? 'a' : 'no'} directory.`, {
      hint,
    });
  }
}
