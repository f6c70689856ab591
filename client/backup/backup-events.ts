import type { EncodeTotals } from '../pxar/source-report.ts';
import type { ArchiveCounts } from './index-uploader.ts';

/** How far a backup is; a new object for each report. */
export interface BackupProgress {
  /** Name of the archive that is being read. */
  archive: string;
  /** Bytes of the sources that were read so far, over all archives. */
  readBytes: number;
  /** What there is to read; for directories about, by their last backup or by a look at them. Null until it is known. */
  totalBytes: number | null;
  /** Compressed bytes that the server has taken. */
  sentBytes: number;
  /** Of the source, in chunks that the server had already. */
  reusedBytes: number;
  files: number;
}

export interface BackupWarning {
  archive: string;
  path: string;
  reason: string;
  detail?: string;
}

export interface ArchiveSummary extends ArchiveCounts {
  name: string;
  sizeBytes: number;
  /** Of a directory. */
  totals: EncodeTotals | null;
}

export interface BackupSummary {
  /** The snapshot this one was built on, seconds since 1970; null for a first backup. */
  previousTime: number | null;
  archives: ArchiveSummary[];
  sizeBytes: number;
  sentBytes: number;
  reusedBytes: number;
  warnings: number;
  durationMs: number;
}

export interface BackupEvents {
  progress?: (progress: BackupProgress) => void;
  warning?: (warning: BackupWarning) => void;
}
