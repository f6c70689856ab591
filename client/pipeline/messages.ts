import type { MessagePort } from 'node:worker_threads';
import type { EncodeOptions, EncodeTotals } from '../pxar/source-report.ts';
import type { ChunkMemory } from './chunk-buffers.ts';
import type { MadeChunk } from './chunk-maker.ts';

/** What the threads of a backup are given and what they say. */

export interface SharedParts {
  control: SharedArrayBuffer;
  previous: SharedArrayBuffer;
  run: SharedArrayBuffer;
}

/** Hashes and compresses; takes its chunks from a stream or reads them itself. */
export type HashThreadData = SharedParts &
  (
    | { source: 'stream'; buffers: ChunkMemory }
    | { source: 'image'; archive: number; path: string; sizeBytes: number; chunkBytes: number }
  );

export interface TreeArchive {
  /** Number of the archive in this backup. */
  archive: number;
  /** `root.pxar.didx`. */
  name: string;
  path: string;
}

/** Walks directories and writes their archives and the catalog. */
export interface EncodeThreadData extends SharedParts {
  buffers: ChunkMemory;
  archives: TreeArchive[];
  /** Number of the catalog among the archives. */
  catalog: number;
  options: Partial<EncodeOptions>;
  /** To the threads that read ahead. */
  readAhead: MessagePort[];
}

/** Has the disk fetch what is named to it. */
export interface ReadAheadThreadData {
  control: SharedArrayBuffer;
  port: MessagePort;
}

/** Finds out how large directories are. */
export interface MeasureThreadData {
  control: SharedArrayBuffer;
  roots: string[];
  options: Partial<EncodeOptions>;
}

export type PipelineMessage =
  | { kind: 'chunk'; chunk: MadeChunk }
  | { kind: 'progress'; archive: number; totals: EncodeTotals }
  /** About how much there is to read in the directories that were measured. */
  | { kind: 'measured'; bytes: number }
  /** Source bytes of an image that were looked at. */
  | { kind: 'read'; bytes: number }
  | { kind: 'warning'; archive: number; path: string; reason: string; detail?: string }
  | { kind: 'archive-done'; archive: number; totals: EncodeTotals | null; chunkCount: number }
  | { kind: 'failed'; code: string; message: string; hint?: string };
