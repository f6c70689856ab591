import type { InsertResult } from '../chunks/chunk-file.ts';

/** What a backup sent and what of it was new. Sizes in bytes. */
export interface UploadStatistics {
  /** Chunks uploaded, duplicates among them. */
  count: number;
  /** Of payload. */
  sizeBytes: number;
  /** As stored. */
  compressedBytes: number;
  duplicates: number;
  /** By how much the chunk files grew, and how many more there are: also for chunks that no index took. */
  addedBytes: number;
  addedChunks: number;
}

export function noUploads(): UploadStatistics {
  return { count: 0, sizeBytes: 0, compressedBytes: 0, duplicates: 0, addedBytes: 0, addedChunks: 0 };
}

/** A chunk has been stored, whatever becomes of it. */
export function countStored(statistics: UploadStatistics, result: InsertResult): void {
  statistics.addedBytes += result.addedBytes;
  if (result.created) statistics.addedChunks += 1;
}

/** A chunk has been taken by its index. */
export function countUpload(statistics: UploadStatistics, sizeBytes: number, result: InsertResult): void {
  statistics.count += 1;
  statistics.sizeBytes += sizeBytes;
  statistics.compressedBytes += result.storedBytes;
  if (result.duplicate) statistics.duplicates += 1;
}

/** What is known of an index when it is closed. */
export interface ClosedUpload {
  name: string;
  uuid: string;
  checksum: string;
  sizeBytes: number;
  /** Positions that the client wrote, those that were not uploaded among them. */
  chunkCount: number;
}

/** The lines that tools read from a task log (docs/formats/protocol.md). */
export function statisticsLines(index: ClosedUpload, s: UploadStatistics): string[] {
  const percent = (part: number, whole: number) => (whole === 0 ? 0 : Math.round((part * 100) / whole));
  const notSent = Math.max(index.chunkCount - s.count, 0);
  return [
    `Upload statistics for '${index.name}'`,
    `UUID: ${index.uuid}`,
    `Checksum: ${index.checksum}`,
    `Size: ${index.sizeBytes}`,
    `Chunk count: ${index.chunkCount}`,
    `Upload size: ${s.sizeBytes} (${percent(s.sizeBytes, index.sizeBytes)}%)`,
    `Duplicates: ${notSent}+${s.duplicates} (${percent(notSent + s.duplicates, index.chunkCount)}%)`,
    `Compression: ${percent(s.compressedBytes, s.sizeBytes)}%`,
  ];
}
