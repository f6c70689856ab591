import { BackupError } from '#domain/errors.ts';
import { MetadataApplier, type StepFailed } from './apply-metadata.ts';
import { type ByteText, EMPTY, readable } from './byte-text.ts';
import type { RestoreOptions, RestoreProblem, RestoreStep, RestoreTotals } from './restore-report.ts';
import { defaultRestoreOptions } from './restore-report.ts';
import { handsOnAcl, openTarget } from './restore-target.ts';
import { RestoredFiles } from './restored-files.ts';
import { errorCode, fatalForTarget } from './system-errors.ts';

export interface RestoreJob {
  /** The directory to restore into; made if it is missing. */
  target: string | Buffer;
  options?: Partial<RestoreOptions>;
  /** Told of everything that could not be restored as it was. */
  report?: (problem: RestoreProblem) => void;
  /** Called for every entry and every piece of a file with the same object; must be cheap. */
  progress?: (totals: Readonly<RestoreTotals>) => void;
  /** Asked for every entry and every piece of a file. */
  cancelled?: () => boolean;
}

/** What the parts of one restore share: where to, how, what was made so far, and whom to tell. */
export class RestoreContext {
  readonly options: RestoreOptions;
  /** The target directory. */
  readonly rootFd: number;
  readonly restored = new RestoredFiles();
  readonly applier: MetadataApplier;
  readonly totals: RestoreTotals;
  readonly #report: (problem: RestoreProblem) => void;
  readonly #progress: (totals: Readonly<RestoreTotals>) => void;
  readonly #cancelled: () => boolean;

  constructor({ target, options, report, progress, cancelled }: RestoreJob) {
    const isRoot = process.geteuid?.() === 0;
    this.options = { ...defaultRestoreOptions(isRoot), ...options };
    this.applier = new MetadataApplier(this.options, isRoot);
    const { omitted } = this.applier;
    this.totals = {
      files: 0,
      directories: 0,
      hardlinks: 0,
      others: 0,
      bytes: 0,
      failed: 0,
      problems: 0,
      omitted,
    };
    this.#report = report ?? (() => {});
    this.#progress = progress ?? (() => {});
    this.#cancelled = cancelled ?? (() => false);
    const { fd } = openTarget(target, this.options);
    this.rootFd = fd;
    this.meetsDirectory(fd);
  }

  /** A directory that was there before may pass an access list on to what is made in it. */
  meetsDirectory(fd: number): void {
    if (handsOnAcl(fd)) this.applier.clearsAcl = true;
  }

  /** Where a path of the archive is below the target; null when the target does not hold it. */
  below(path: ByteText): ByteText | null {
    const { basePath } = this.options;
    if (basePath === '') return path;
    if (path === basePath) return EMPTY;
    return path.startsWith(`${basePath}/`) ? (path.slice(basePath.length + 1) as ByteText) : null;
  }

  /**
   * Does something that may fail for this one entry: the failure is reported and answered with null.
   * What would fail for every entry, such as a full disk, ends the restore.
   */
  attempt<T>(step: RestoreStep, path: ByteText, work: () => T): T | null {
    try {
      return work();
    } catch (error) {
      const fatal = fatalForTarget(error);
      if (fatal !== null) throw fatal;
      this.totals.failed += 1;
      this.problem(path, step, errorCode(error) ?? 'unknown');
      return null;
    }
  }

  problem(path: ByteText, step: RestoreStep, reason: string): void {
    this.totals.problems += 1;
    this.#report({ path: `/${readable(path)}`, step, reason });
  }

  /** For the metadata of one entry. */
  stepFailed(path: ByteText): StepFailed {
    return (step, reason) => this.problem(path, step, reason);
  }

  progressed(): void {
    this.#progress(this.totals);
    this.stopIfCancelled();
  }

  stopIfCancelled(): void {
    if (this.#cancelled()) throw new BackupError('CANCELLED', 'The restore was cancelled.');
  }
}
