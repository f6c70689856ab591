import * as fs from 'node:fs';
import { join } from 'node:path';
import { BackupError } from '#domain/errors.ts';
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
    const directories = numbers.map((number) => join(direct.access, CHUNK_ROOT, chunkDirectoryName(number)));
    await Promise.all(directories.map((directory) => scanDirectory(store, directory, sinceMs, report)));
  }
  return report;
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
    const stat = await fs.promises.lstat(join(directory, name));
    if (stat.mtimeMs < sinceMs) continue;
    report.checked += 1;
    try {
      await store.chunks.checkBlobFile(await store.chunks.load(digest), MAX_PAYLOAD);
    } catch (error) {
      if (!(error instanceof BackupError) || error.code !== 'DATA_CORRUPT') throw error;
      const bad = await setAside(store, digest);
      if (bad) report.bad.push(bad);
      continue;
    }
    // Where nothing flushes the whole filesystem, whoever wrote it may have been stopped before it was on the disk.
    if (store.syncLevel === 'file') await flush(join(directory, name));
  }
  if (store.syncLevel === 'file') await flush(directory);
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
