import { BackupError } from '#domain/errors.ts';
import type { ArchiveFileName } from '#domain/ids.ts';
import type { StagedObject } from '../backends/backend.ts';
import { DIGEST_BYTES } from '../chunks/digest.ts';
import type { DynamicIndexWriter } from '../indexes/dynamic-index-writer.ts';
import { type ClosedIndex, FIXED_CHUNK_BYTES, type FixedIndexWriter } from '../indexes/fixed-index-writer.ts';
import { noUploads, type UploadStatistics } from './upload-statistics.ts';

/** One index that a client is writing (docs/formats/protocol.md). Not yet visible under its name. */
export type IndexUpload = FixedUpload | DynamicUpload;

interface Upload {
  name: ArchiveFileName;
  staged: StagedObject;
  /** Appends so far, overwriting ones included: what the client must count as well. */
  chunkCount: number;
  statistics: UploadStatistics;
  /** The checksum did not match at closing: the index can neither be mended nor the backup finished. */
  broken: boolean;
}

export interface FixedUpload extends Upload {
  kind: 'fixed';
  index: FixedIndexWriter;
  /** Null when the client did not know. */
  announcedBytes: number | null;
  /** Started from the index of the previous snapshot, so only changes are appended. */
  incremental: boolean;
  shortChunks: number;
}

export interface DynamicUpload extends Upload {
  kind: 'dynamic';
  index: DynamicIndexWriter;
}

export function newUpload(name: ArchiveFileName, staged: StagedObject): Upload {
  return { name, staged, chunkCount: 0, statistics: noUploads(), broken: false };
}

/** A chunk that was uploaded for this index: of a fixed one, only one may be short. */
export function checkUploadedChunk(upload: IndexUpload, sizeBytes: number): void {
  if (upload.kind === 'dynamic') return;
  if (sizeBytes > FIXED_CHUNK_BYTES) throw violation('chunk size exceeds the fixed chunk size');
  if (sizeBytes === FIXED_CHUNK_BYTES) return;
  upload.shortChunks += 1;
  if (upload.shortChunks > 1) throw violation('detected multiple end chunks (chunk size too small)');
}

export interface AppendItem {
  /** 32 raw bytes. */
  digest: Uint8Array;
  /** Where the chunk starts in the archive. */
  offset: number;
  sizeBytes: number;
}

/** Appends in list order. Items before a refused one stay applied. */
export async function appendItems(upload: IndexUpload, items: Iterable<AppendItem>): Promise<void> {
  if (upload.kind === 'dynamic') await appendDynamic(upload, items);
  else await appendFixed(upload, items);
}

async function appendDynamic(upload: DynamicUpload, items: Iterable<AppendItem>): Promise<void> {
  for (const item of items) {
    const expected = upload.index.endOffset;
    if (item.offset !== expected) {
      throw violation(`append chunk failed - got strange chunk offset (${expected} != ${item.offset})`);
    }
    await upload.index.add(item.sizeBytes, item.digest);
    upload.chunkCount += 1;
  }
}

/** Neighbours go to the file in one write. */
async function appendFixed(upload: FixedUpload, items: Iterable<AppendItem>): Promise<void> {
  let run: AppendItem[] = [];
  const flush = async () => {
    const [first] = run;
    const last = run.at(-1);
    if (first && last) await upload.index.add(first.offset, digestsOf(run), last.sizeBytes);
    run = [];
  };
  try {
    for (const item of items) {
      const last = run.at(-1);
      if (last && item.offset !== last.offset + FIXED_CHUNK_BYTES) await flush();
      // In an image of unknown length a short chunk is the end, which what comes next has to know.
      const ends = upload.index.sizeBytes === null && item.sizeBytes < FIXED_CHUNK_BYTES;
      if (ends) await flush();
      upload.index.check(item.offset, item.sizeBytes);
      run.push(item);
      upload.chunkCount += 1;
      if (ends) await flush();
    }
  } finally {
    await flush();
  }
}

function digestsOf(run: AppendItem[]): Buffer {
  const bytes = Buffer.alloc(run.length * DIGEST_BYTES);
  for (const [position, item] of run.entries()) bytes.set(item.digest, position * DIGEST_BYTES);
  return bytes;
}

export interface CloseClaim {
  chunkCount: number;
  sizeBytes: number;
  /** Hex. */
  checksum: string;
}

/** Compares what the client believes with what was written; the index is then complete, but not yet visible. */
export async function closeUpload(upload: IndexUpload, claim: CloseClaim): Promise<ClosedIndex> {
  if (upload.broken) throw violation('close failed - got unexpected checksum');
  if (claim.chunkCount !== upload.chunkCount) {
    throw violation(`close failed - unexpected chunk count (${upload.chunkCount} != ${claim.chunkCount})`);
  }
  checkSize(upload, claim);
  const closed = await upload.index.finish();
  if (closed.checksum !== claim.checksum) {
    upload.broken = true;
    throw violation('close failed - got unexpected checksum');
  }
  return closed;
}

function checkSize(upload: IndexUpload, claim: CloseClaim): void {
  if (upload.kind === 'dynamic') {
    if (claim.sizeBytes !== upload.index.endOffset) throw wrongSize(upload.index.endOffset, claim.sizeBytes);
    return;
  }
  if (upload.incremental) return; // counts and sizes are those of the changes alone
  const { count, sizeBytes } = upload.index;
  if (claim.chunkCount !== count)
    throw violation(`close failed - unexpected chunk count (${count} != ${claim.chunkCount})`);
  const expected = sizeBytes ?? count * FIXED_CHUNK_BYTES;
  if (claim.sizeBytes !== expected) throw wrongSize(expected, claim.sizeBytes);
}

function wrongSize(expected: number, got: number): BackupError {
  return violation(`close failed - unexpected file size (${expected} != ${got})`);
}

export function violation(text: string): BackupError {
  return new BackupError('PROTOCOL_VIOLATION', text);
}
