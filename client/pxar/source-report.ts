import { BackupError } from '#domain/errors.ts';
import { type ByteText, readable } from './byte-text.ts';
import { errorCode } from './system-errors.ts';

/** What the walk over a source tells its caller besides the archive. */

/** Why an entry is missing from the archive, or not in it as it stood. */
export type WarningReason =
  /** Gone between the listing of its directory and its opening; not in the archive. */
  | 'vanished'
  /** Became another kind of file meanwhile; not in the archive. */
  | 'replaced'
  /** May not be opened, a directory with all that is in it; not in the archive. */
  | 'denied'
  /** Cannot be opened for another reason; not in the archive. */
  | 'unopenable'
  /** Deeper than an archive may be; not in the archive. */
  | 'too-deep'
  /** Shorter than announced; the rest is zeros. */
  | 'shrunk'
  /** Longer than announced; the rest is missing. */
  | 'grown'
  /** Written to while it was read; may be a mixture. */
  | 'modified'
  /** An attribute that cannot be read or is too large to store. */
  | 'attribute'
  /** A line of an exclude file that cannot be read, or the whole file. */
  | 'pattern';

export interface SourceWarning {
  /** From the root of the archive, with a leading slash, as people read it. */
  path: string;
  reason: WarningReason;
  detail?: string;
}

/** Counts of what is in the archive; the running numbers while it is made. */
export interface EncodeTotals {
  files: number;
  directories: number;
  hardlinks: number;
  /** Symbolic links, devices, fifos and sockets. */
  others: number;
  /** Content of files, as announced. */
  bytes: number;
  /** Length of the stream so far. */
  archiveBytes: number;
  /** Entries that a pattern left out; what is below them is not counted. */
  excluded: number;
  /** Entries that could not be archived. */
  skipped: number;
  warnings: number;
}

/** Counts what happens and tells the caller of what went wrong. */
export class SourceJournal {
  readonly totals: EncodeTotals = {
    files: 0,
    directories: 0,
    hardlinks: 0,
    others: 0,
    bytes: 0,
    archiveBytes: 0,
    excluded: 0,
    skipped: 0,
    warnings: 0,
  };
  readonly #report: (warning: SourceWarning) => void;

  constructor(report: (warning: SourceWarning) => void = () => {}) {
    this.#report = report;
  }

  /** The entry is not in the archive. */
  skip(path: ByteText, reason: WarningReason, detail?: string): void {
    this.totals.skipped += 1;
    this.warn(path, reason, detail);
  }

  warn(path: ByteText, reason: WarningReason, detail?: string): void {
    this.totals.warnings += 1;
    const warning = { path: `/${readable(path)}`, reason };
    this.#report(detail === undefined ? warning : { ...warning, detail });
  }
}

export interface EncodeOptions {
  /** In addition to those that exclude files in the tree hold, which come later and so overrule them. */
  patterns: readonly string[];
  /** Leaves `lost+found` out, at any depth. */
  excludeLostAndFound: boolean;
  /** Whether to enter other filesystems; the kernel's virtual ones are never entered. */
  filesystems: 'one' | 'all';
  /** Directories whose filesystems are entered although only one is wanted. */
  alsoFilesystemsOf: readonly string[];
  /** Names held at once: those of a directory and of all above it. */
  entriesMax: number;
}

export const DEFAULT_ENCODE_OPTIONS: EncodeOptions = {
  patterns: [],
  excludeLostAndFound: false,
  filesystems: 'one',
  alsoFilesystemsOf: [],
  entriesMax: 1 << 20,
};

/** Codes of a failed open that cost one entry and not the archive. */
const SKIPPED: Readonly<Record<string, WarningReason>> = {
  ENOENT: 'vanished',
  ESTALE: 'vanished',
  ELOOP: 'replaced',
  ENOTDIR: 'replaced',
  ENXIO: 'replaced',
  EACCES: 'denied',
  EPERM: 'denied',
  ENOKEY: 'denied',
  EBUSY: 'unopenable',
  ETXTBSY: 'unopenable',
  ENODEV: 'unopenable',
  EOVERFLOW: 'unopenable',
  EOPNOTSUPP: 'unopenable',
};

/** Why an entry whose opening failed is skipped; null when the whole archive must fail. */
export function skipReason(code: string | undefined): WarningReason | null {
  return code === undefined ? null : (SKIPPED[code] ?? null);
}

/** The failure of a whole archive, with the path that caused it. */
export function unreadable(path: ByteText, error: unknown): BackupError {
  if (error instanceof BackupError) return error;
  const code = errorCode(error);
  if (code === undefined) throw error; // a defect of ours, not of the source
  return new BackupError('SOURCE_UNREADABLE', `"/${readable(path)}" cannot be read: ${code}.`, {
    hint: 'Check the disk, or exclude the path.',
    cause: error,
  });
}
