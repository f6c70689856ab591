import * as fs from 'node:fs';
import { join } from 'node:path';
import { BackupError, isBackupError } from '#domain/errors.ts';
import { fileError, isMissing } from '../backends/local/errors.ts';
import { CHUNK_DIRECTORIES, CHUNK_ROOT, chunkDirectoryName } from '../chunks/chunk-key.ts';
import { parseDigest } from '../chunks/digest.ts';
import type { Datastore } from '../datastore.ts';
import { type DamagedChunk, setAside } from '../verify/bad-chunk.ts';

/**
 * After an unclean stop: looks at every chunk that was written since the last moment at which everything was known
 * to be on the disk (docs/reliability.md). A power cut may have left files that are empty or torn; they become
 * `.bad`, so that no later backup refers to them.
 *
 * Only directories that changed since then are read: a chunk appears by a rename, which changes its directory.
 */
export interface CrashWindowReport {
  directories: number;
  checked: number;
  bad: DamagedChunk[];
  /** When a chunk was last written, removed or set aside, in ms since 1970; null when none was. */
  changedMs: number | null;
}

export async function scanCrashWindow(
  store: Datastore,
  sinceMs: number,
  signal: AbortSignal,
): Promise<CrashWindowReport> {
  const report: CrashWindowReport = { directories: 0, checked: 0, bad: [], changedMs: null };
  const { direct } = store.backend.traits;
  if (direct === null) return report;
  for (let first = 0; first < CHUNK_DIRECTORIES; first += PARALLEL) {
    signal.throwIfAborted();
    const numbers = Array.from({ length: PARALLEL }, (_, offset) => first + offset);
    const names = numbers.map((number) => join(CHUNK_ROOT, chunkDirectoryName(number)));
    const scans = names.map((name) =>
      scanDirectory(store, join(direct.access, name), sinceMs, report).catch((error) => {
        throw scanError(error, join(direct.shown, name));
      }),
    );
    await Promise.all(scans);
  }
  return report;
}

/** They are made once: while one is missing, the storage is not the one that was written to. */
function scanError(error: unknown, directory: string): BackupError {
  if (!isMissing(error)) return fileError(error, directory, 'read');
  return new BackupError('STORAGE_UNREACHABLE', `The chunk directory ${directory} is gone.`, {
    hint: 'Check that the filesystem of the datastore is mounted. If the directory is lost for good, make it anew.',
    cause: error,
  });
}

async function scanDirectory(
  store: Datastore,
  directory: string,
  sinceMs: number,
  report: CrashWindowReport,
): Promise<void> {
  const changedMs = (await fs.promises.stat(directory)).mtimeMs;
  if (changedMs < sinceMs) return;
  report.directories += 1;
  report.changedMs = Math.max(report.changedMs ?? 0, changedMs);
  for (const name of await fs.promises.readdir(directory)) {
    const digest = parseDigest(name);
    if (digest === null) continue;
    const stat = await fs.promises.lstat(join(directory, name)).catch(orNothing);
    if (stat === null || stat.mtimeMs < sinceMs) continue;
    report.checked += 1;
    try {
      await store.chunks.checkBlobFile(await store.chunks.load(digest), MAX_PAYLOAD);
    } catch (error) {
      if (isBackupError(error, 'CHUNK_MISSING')) continue; // set aside since it was listed
      if (!isBackupError(error, 'DATA_CORRUPT')) throw error;
      const bad = await setAside(store, digest);
      if (bad) report.bad.push(bad);
      continue;
    }
    // Where nothing flushes the whole filesystem, whoever wrote it may have been stopped before it was on the disk.
    if (store.syncLevel === 'file') await flush(join(directory, name));
  }
  if (store.syncLevel === 'file') await flush(directory);
}

function orNothing(error: unknown): null {
  if (isMissing(error)) return null;
  throw error;
}

async function flush(path: string): Promise<void> {
  const file = await fs.promises.open(path, 'r');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Directories that are looked at side by side. */
const PARALLEL = 8;
const MAX_PAYLOAD = 16 * 1024 * 1024;
