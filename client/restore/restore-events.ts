import type { RestoreProblem, RestoreTotals } from '../pxar/restore-report.ts';

export interface RestoreProgress {
  /** Bytes of the archive that were written so far. */
  doneBytes: number;
  totalBytes: number;
  /** Compressed bytes that came over the network. */
  receivedBytes: number;
}

export interface RestoreEvents {
  progress?: (progress: RestoreProgress) => void;
  /** Something of one entry could not be restored; the rest goes on. */
  problem?: (problem: RestoreProblem) => void;
}

export interface RestoreSummary {
  archive: string;
  /** Of the archive, or of the one file that was written into a stream. */
  sizeBytes: number;
  receivedBytes: number;
  /** Of a directory. */
  totals: RestoreTotals | null;
  durationMs: number;
}
