import * as fs from 'node:fs';
import { BackupError } from '#domain/errors.ts';
import { type ArchiveFileName, parseArchiveFileName } from '#domain/ids.ts';
import { must, ok, type Result, refuse } from '#domain/result.ts';
import { CHUNK_MAX_BYTES } from '#engine/chunks/data-blob.ts';
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
      field: 'sources',
      hint: 'Write NAME.img:PATH for a disk, NAME.pxar:DIRECTORY for files, NAME.conf:FILE for a single small file.',
    });
  }
  const parsed = parseArchiveFileName(`${name}.${extension.server}`, 'sources');
  if (parsed.ok) return ok({ kind: extension.kind, name: parsed.value, path });
  return refuse('NAME_INVALID', `"${name}" cannot name an archive.`, {
    field: 'sources',
    hint: 'Use letters, digits, dots, dashes or underscores, as in root.pxar.',
  });
}

/** Two sources of one name would overwrite each other. */
export function parseSources(texts: readonly string[]): BackupSource[] {
  const sources = texts.map((text) => must(parseSource(text)));
  const names = new Set(sources.map((source) => source.name));
  if (names.size === sources.length) return sources;
  throw new BackupError('INPUT_INVALID', 'Two sources have the same name.', { field: 'sources' });
}

/** Size in bytes of a regular file or a block device; INPUT_INVALID for anything else. */
export function imageSize(path: string): number {
  const fd = openSource(path);
  try {
    const stat = fs.fstatSync(fd);
    if (stat.isFile()) return stat.size;
    if (stat.isBlockDevice()) return sizeOf(fd);
  } finally {
    fs.closeSync(fd);
  }
  throw new BackupError('INPUT_INVALID', `${path} is neither a regular file nor a block device.`, {
    field: 'sources',
    hint: 'Back up a directory as NAME.pxar:DIRECTORY.',
  });
}

const ABSENT: Partial<Record<string, string>> = {
  ENOENT: 'does not exist',
  ENOTDIR: 'does not exist: a part of the path is no directory',
};
const WHY: Partial<Record<string, string>> = {
  EACCES: 'may not be read by this user',
  ELOOP: 'leads through too many symbolic links',
};

/** Errors: SOURCE_NOT_FOUND, SOURCE_UNREADABLE. */
export function openSource(path: string): number {
  try {
    return fs.openSync(path, 'r');
  } catch (cause) {
    const code = errorCode(cause) ?? '';
    const absent = ABSENT[code];
    const why = absent ?? WHY[code] ?? `cannot be read: ${cause instanceof Error ? cause.message : cause}`;
    throw new BackupError(absent ? 'SOURCE_NOT_FOUND' : 'SOURCE_UNREADABLE', `${path} ${why}.`, {
      field: 'sources',
      cause,
    });
  }
}

/** Refused before anything is sent, so that a typing error costs nothing. Also: INPUT_INVALID, INPUT_TOO_LARGE. */
export function checkSources(sources: readonly BackupSource[]): void {
  for (const source of sources) {
    const size = sizeOfKind(source);
    if (source.kind === 'image' && size === 0) {
      throw new BackupError('SOURCE_UNREADABLE', `${source.path} is empty.`, { field: 'sources' });
    }
    if (source.kind === 'file') checkFileSize(source.path, size);
  }
}

/** A small file goes whole, as one blob. */
export function checkFileSize(path: string, sizeBytes: number): void {
  if (sizeBytes <= CHUNK_MAX_BYTES) return;
  throw new BackupError('INPUT_TOO_LARGE', `${path} is larger than 16 MiB, the most for a file of its own.`, {
    hint: 'Back it up as NAME.img:PATH, or its directory as NAME.pxar:DIRECTORY.',
    field: 'sources',
  });
}

/** Refuses what is of another kind than its name says; of a directory the size means nothing. */
function sizeOfKind({ kind, path }: BackupSource): number {
  const fd = openSource(path);
  try {
    const stat = fs.fstatSync(fd);
    if (stat.isDirectory() !== (kind === 'tree')) {
      const hint = stat.isDirectory()
        ? 'Name it NAME.pxar:DIRECTORY.'
        : 'Name it NAME.img:PATH or NAME.conf:FILE.';
      const message = `${path} is ${stat.isDirectory() ? 'a' : 'no'} directory.`;
      throw new BackupError('INPUT_INVALID', message, { hint, field: 'sources' });
    }
    return kind === 'image' ? imageSize(path) : stat.size;
  } finally {
    fs.closeSync(fd);
  }
}
