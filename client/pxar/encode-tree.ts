import { BackupError } from '#domain/errors.ts';
import { must } from '#domain/result.ts';
import {
  closeFd,
  type FileStatus,
  O_DIRECTORY,
  O_NOFOLLOW,
  O_PATH,
  openAt,
  readLinkAt,
  statusAt,
} from '#engine/posix.ts';
import type { ByteSink } from './byte-stream.ts';
import { type ByteText, bytesOf, EMPTY, joinPath } from './byte-text.ts';
import { captureMetadata } from './capture-metadata.ts';
import type { CatalogWriter } from './catalog-writer.ts';
import { type Pattern, PatternList, parsePattern, recordPatterns } from './exclude.ts';
import { copyContent } from './file-content.ts';
import { DEPTH_MAX, PATH_SIZE_MAX } from './limits.ts';
import { type FileKind, kindOf, type Metadata, plainMetadata, TYPE, TYPE_MASK } from './metadata.ts';
import { type LinkTarget, PxarWriter } from './pxar-writer.ts';
import { EXCLUDE_RECORD, openSource, type SourceDirectory, type SourceEntry } from './source-directory.ts';
import { openDirectory, SourceFilesystems } from './source-filesystems.ts';
import { SourceListing } from './source-listing.ts';
import {
  DEFAULT_ENCODE_OPTIONS,
  type EncodeOptions,
  type EncodeTotals,
  SourceJournal,
  type SourceWarning,
  skipReason,
  unreadable,
} from './source-report.ts';
import { errorCode } from './system-errors.ts';
import { type Upcoming, upcomingAt } from './upcoming.ts';

export interface EncodeJob {
  /** The directory to archive. */
  root: string | Buffer;
  sink: ByteSink;
  /** Told of everything that goes into the stream; the caller starts and ends the archive in it. */
  catalog?: CatalogWriter | null;
  options?: Partial<EncodeOptions>;
  report?: (warning: SourceWarning) => void;
  /** Called for every entry and every piece of a large file with the same object; must be cheap. */
  progress?: (totals: Readonly<EncodeTotals>) => void;
  /** Asked for every entry and every piece of a file. */
  cancelled?: () => boolean;
  /** Told of entries some time before they are read. */
  upcoming?: (upcoming: Upcoming) => void;
}

/**
 * Writes a directory tree as one archive. Blocks the thread. An entry that cannot be opened is reported and
 * left out; a file that cannot be read to its end fails the archive, because its size is already announced.
 * Errors: SOURCE_UNREADABLE, PATTERN_INVALID, INPUT_TOO_LARGE, CANCELLED.
 */
export function encodeTree(job: EncodeJob): EncodeTotals {
  return new TreeEncoder(job).run(job.root);
}

class TreeEncoder {
  readonly #writer: PxarWriter;
  readonly #options: EncodeOptions;
  readonly #filesystems: SourceFilesystems;
  readonly #givenPatterns: readonly Pattern[];
  readonly #listing: SourceListing;
  /** Files with several names that are in the archive under their first one, and how many names remain. */
  readonly #links = new Map<string, { target: LinkTarget; namesLeft: number }>();
  readonly #journal: SourceJournal;
  readonly #totals: EncodeTotals;
  readonly #progress: (totals: Readonly<EncodeTotals>) => void;
  readonly #cancelled: () => boolean;
  readonly #upcoming: (upcoming: Upcoming) => void;

  constructor({ sink, catalog, options, report, progress, cancelled, upcoming }: EncodeJob) {
    this.#writer = new PxarWriter(sink, catalog);
    this.#options = { ...DEFAULT_ENCODE_OPTIONS, ...options };
    this.#filesystems = new SourceFilesystems(this.#options);
    const lostAndFound = this.#options.excludeLostAndFound ? ['lost+found'] : [];
    this.#givenPatterns = [...this.#options.patterns, ...lostAndFound].map((text) =>
      must(parsePattern(text)),
    );
    this.#journal = new SourceJournal(report);
    this.#totals = this.#journal.totals;
    const patterns = new PatternList(this.#givenPatterns);
    this.#listing = new SourceListing(patterns, this.#journal, this.#options.entriesMax);
    this.#progress = progress ?? (() => {});
    this.#cancelled = cancelled ?? (() => false);
    this.#upcoming = upcoming ?? (() => {});
  }

  run(path: string | Buffer): EncodeTotals {
    const fd = openDirectory(path);
    try {
      const status = statusAt(fd, EMPTY);
      this.#filesystems.admitRoot(fd, status.device);
      this.#directory({ fd, path: EMPTY, device: status.device, depth: 0 }, EMPTY, status, true);
    } catch (error) {
      throw unreadable(EMPTY, error);
    } finally {
      closeFd(fd);
    }
    this.#progress(this.#totals);
    return this.#totals;
  }

  #directory(directory: SourceDirectory, name: ByteText, status: FileStatus, isEntered: boolean): void {
    const mark = this.#listing.mark();
    try {
      const metadata = this.#capture(directory.fd, directory.fd, 'directory', status, directory.path);
      const entries = isEntered ? this.#listing.enter(directory) : [];
      this.#writer.enter(name, metadata);
      this.#totals.directories += 1;
      for (const [at, entry] of entries.entries()) {
        const upcoming = upcomingAt(directory, entries, at);
        if (upcoming !== null) this.#upcoming(upcoming);
        this.#entry(directory, entry);
      }
      if (directory.depth === 0) this.#recordPatterns();
      this.#writer.leave();
      this.#totals.archiveBytes = this.#writer.stream.position;
    } finally {
      this.#listing.restore(mark); // also for a directory that is skipped after all
    }
  }

  /** Whatever fails before the first byte of the entry is written costs this entry only. */
  #entry(directory: SourceDirectory, entry: SourceEntry): void {
    if (this.#isCancelled()) throw new BackupError('CANCELLED', 'The backup was cancelled.');
    const start = this.#writer.stream.position;
    try {
      this.#encode(directory, entry);
    } catch (error) {
      const isUntouched = this.#writer.stream.position === start;
      const path = joinPath(directory.path, entry.name);
      const reason = isUntouched ? skipReason(errorCode(error)) : null;
      if (reason === null) throw unreadable(path, error);
      this.#journal.skip(path, reason, errorCode(error));
    }
  }

  /** Asked before every entry and every piece of a file, which is also when progress is told. */
  #isCancelled(): boolean {
    this.#totals.archiveBytes = this.#writer.stream.position;
    this.#progress(this.#totals);
    return this.#cancelled();
  }

  #encode(directory: SourceDirectory, { name, type }: SourceEntry): void {
    const fd =
      type === TYPE.file
        ? openSource(directory.fd, name)
        : type === TYPE.directory
          ? openSource(directory.fd, name, O_DIRECTORY)
          : openAt(directory.fd, name, O_PATH | O_NOFOLLOW);
    try {
      const status = statusAt(fd, EMPTY);
      const kind = kindOf(status.mode);
      if ((status.mode & TYPE_MASK) !== type || kind === undefined)
        this.#journal.skip(joinPath(directory.path, name), 'replaced');
      else if (kind === 'file') this.#file(directory, name, fd, status);
      else if (kind === 'directory') this.#subdirectory(directory, name, fd, status);
      else this.#other(directory, name, fd, status, kind);
    } finally {
      closeFd(fd);
    }
  }

  #file(directory: SourceDirectory, name: ByteText, fd: number, status: FileStatus): void {
    const key = status.links > 1 ? `${status.device}:${status.inode}` : null;
    if (key !== null && this.#hardlink(key, name)) return;
    const path = joinPath(directory.path, name);
    const metadata = this.#capture(directory.fd, fd, 'file', status, path);
    const position = this.#writer.file(name, metadata, status.size);
    if (key !== null) {
      const target = { position, path };
      this.#links.set(key, { target, namesLeft: status.links - 1 });
    }
    const problem = copyContent(fd, status, this.#writer.stream, () => this.#isCancelled());
    if (problem !== null) this.#journal.warn(path, problem);
    this.#totals.files += 1;
    this.#totals.bytes += status.size;
  }

  /** Writes one more name of a file that is in the archive already; false when it is not. */
  #hardlink(key: string, name: ByteText): boolean {
    const known = this.#links.get(key);
    if (known === undefined) return false;
    this.#writer.hardlink(name, known.target);
    this.#totals.hardlinks += 1;
    known.namesLeft -= 1;
    if (known.namesLeft === 0) this.#links.delete(key);
    return true;
  }

  #subdirectory(parent: SourceDirectory, name: ByteText, fd: number, status: FileStatus): void {
    const path = joinPath(parent.path, name);
    const depth = parent.depth + 1;
    if (depth > DEPTH_MAX || path.length > PATH_SIZE_MAX) {
      this.#journal.skip(path, 'too-deep');
      return;
    }
    const { device } = status;
    const isEntered = device === parent.device || this.#filesystems.mayEnter(fd, device);
    this.#directory({ fd, path, device, depth }, name, status, isEntered);
  }

  #other(directory: SourceDirectory, name: ByteText, fd: number, status: FileStatus, kind: FileKind): void {
    const target = kind === 'symlink' ? readLinkAt(fd, EMPTY) : EMPTY;
    const metadata = this.#capture(directory.fd, fd, kind, status, joinPath(directory.path, name));
    if (kind === 'symlink') this.#writer.symlink(name, metadata, target);
    else if (kind === 'block' || kind === 'character') {
      this.#writer.device(name, metadata, status.major, status.minor);
    } else this.#writer.special(name, metadata);
    this.#totals.others += 1;
  }

  #capture(dirFd: number, fd: number, kind: FileKind, status: FileStatus, path: ByteText): Metadata {
    const support = this.#filesystems.supportOf(dirFd, status.device);
    return captureMetadata(fd, kind, status, support, (detail) =>
      this.#journal.warn(path, 'attribute', detail),
    );
  }

  /** The patterns of the command line become the last file of the root, so that a restore can tell. */
  #recordPatterns(): void {
    if (this.#givenPatterns.length === 0) return;
    const content = bytesOf(recordPatterns(this.#givenPatterns));
    const owner = { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 };
    this.#writer.file(EXCLUDE_RECORD, plainMetadata(TYPE.file | 0o600, owner), content.length);
    this.#writer.stream.put(content);
    this.#totals.files += 1;
    this.#totals.bytes += content.length;
  }
}
