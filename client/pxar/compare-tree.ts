import { assert } from '#domain/errors.ts';
import {
  type ByteText,
  closeFd,
  filesystemMagic,
  listDirectory,
  readLinkAt,
  statusAt,
} from '#engine/posix.ts';
import { EMPTY, joinPath, readable } from './byte-text.ts';
import { captureMetadata } from './capture-metadata.ts';
import { FileComparison } from './compare-file.ts';
import { metadataDifferences } from './compare-metadata.ts';
import { type MetadataSupport, metadataSupport } from './filesystems.ts';
import { type FileKind, kindOf } from './metadata.ts';
import { openRestored } from './open-restored.ts';
import type { Entry, Hardlink, PxarVisitor } from './pxar-visitor.ts';
import type { Omission } from './restore-report.ts';
import { openTarget } from './restore-target.ts';
import { RestoredFiles } from './restored-files.ts';
import { fatalForTarget } from './system-errors.ts';

export interface Difference {
  /** From the root of the archive, with a leading slash, as people read it. */
  path: string;
  /** What is wrong with it, such as `its content is another one`. */
  what: string;
}

export interface CompareTotals {
  /** Regular files that were read back. */
  files: number;
  bytes: number;
  /** Hashes that were compared. */
  hashes: number;
}

export interface CompareJob {
  /** The directory that was restored into. */
  target: string;
  /** What the restore left out everywhere, which is not asked for. */
  omitted: ReadonlySet<Omission>;
  report: (difference: Difference) => void;
}

/**
 * Reads a restored tree back from the disk and compares it with its archive, entry by entry: kind, metadata, the hash of
 * each file's content, targets of links, and that there is nothing besides. Never follows a link. Takes rights that it
 * lacks to read what is its own, so the tree is fit for nothing but removal afterwards.
 */
export class CompareTree implements PxarVisitor {
  readonly totals: CompareTotals = { files: 0, bytes: 0, hashes: 0 };
  readonly #job: CompareJob;
  readonly #rootFd: number;
  readonly #support: MetadataSupport;
  readonly #open: OpenDirectory[] = [];
  /** Which inode each file of the archive became, for its other names. */
  readonly #inodes = new RestoredFiles();
  #file: FileComparison | null = null;

  constructor(job: CompareJob) {
    this.#job = job;
    const { fd } = openTarget(job.target, { intoExisting: true, overwrite: false });
    this.#rootFd = fd;
    this.#support = metadataSupport(filesystemMagic(fd));
  }

  enterDirectory(entry: Entry): void {
    const path = this.#pathOf(entry.name);
    if (entry.name !== '') this.#count();
    const fd = this.#attempt(path, () => this.#openEntry(entry, path, 'directory'));
    this.#open.push({ path, fd, entries: 0 });
  }

  leaveDirectory(): void {
    const directory = this.#open.pop();
    assert(directory !== undefined, 'a directory is left once');
    const { fd, path, entries } = directory;
    if (fd === null) return;
    this.#attempt(path, () => {
      let found = 0;
      listDirectory(fd, () => {
        found += 1;
      });
      if (found !== entries) this.#tell(path, `it holds ${found} entries, and ${entries} in the backup`);
    });
    closeFd(fd);
  }

  startFile(entry: Entry, size: number): void {
    this.#count();
    const path = this.#pathOf(entry.name);
    const fd = this.#attempt(path, () => this.#openEntry(entry, path, 'file'));
    if (fd === null) return;
    this.#inodes.add(entry.position, statusAt(fd, EMPTY).inode);
    this.#file = new FileComparison(fd, path, size);
  }

  fileData(bytes: Buffer): void {
    const file = this.#file;
    if (file !== null) this.#attempt(file.path, () => file.take(bytes));
  }

  endFile(): void {
    const file = this.#file;
    if (file === null) return;
    this.#file = null;
    const difference = this.#attempt(file.path, () => file.difference()) ?? null;
    if (difference !== null) this.#tell(file.path, difference);
    this.totals.files += 1;
    this.totals.hashes += 1;
    this.totals.bytes += file.size;
    file.close();
  }

  symlink(entry: Entry, target: ByteText): void {
    this.#other(entry, 'symlink', (dir) => {
      if (readLinkAt(dir, entry.name) !== target) this.#tell(this.#pathOf(entry.name), 'it leads elsewhere');
    });
  }

  hardlink({ name, target }: Hardlink): void {
    this.#count();
    const path = this.#pathOf(name);
    this.#attempt(path, () => {
      const { inode } = statusAt(this.#directory(), name);
      if (inode !== this.#inodes.inodeAt(target)) this.#tell(path, 'it is not one more name of its file');
    });
  }

  device(entry: Entry): void {
    if (!this.#job.omitted.has('devices')) this.#other(entry, kindOf(entry.metadata.mode));
  }

  special(entry: Entry): void {
    if (!this.#job.omitted.has('specials')) this.#other(entry, kindOf(entry.metadata.mode));
  }

  /** Frees what is open; nothing can follow. */
  close(): void {
    this.#file?.close();
    this.#file = null;
    for (const { fd } of this.#open.splice(0)) if (fd !== null) closeFd(fd);
    closeFd(this.#rootFd);
  }

  #other(entry: Entry, kind: FileKind | undefined, more: (dir: number) => void = () => {}): void {
    this.#count();
    const path = this.#pathOf(entry.name);
    this.#attempt(path, () => {
      const fd = this.#openEntry(entry, path, kind);
      if (fd === null) return;
      closeFd(fd);
      more(this.#directory());
    });
  }

  /** Open for reading where it is a file or directory, else as a place. Null, and told, for what is of another kind. */
  #openEntry({ name, metadata }: Entry, path: ByteText, kind: FileKind | undefined): number | null {
    const dir = name === '' ? this.#rootFd : this.#directory();
    const status = statusAt(dir, name);
    if (kind === undefined || kindOf(status.mode) !== kind) {
      this.#tell(
        path,
        `it is a ${kindOf(status.mode) ?? 'file of no known kind'}, and a ${kind} in the backup`,
      );
      return null;
    }
    const fd = openRestored(dir, name, kind, status.mode);
    const found = captureMetadata(fd, kind, status, this.#support, (detail) => this.#tell(path, detail));
    for (const what of metadataDifferences(metadata, found, this.#job.omitted)) this.#tell(path, what);
    return fd;
  }

  #count(): void {
    const parent = this.#open.at(-1);
    if (parent) parent.entries += 1;
  }

  /** Fails with ENOENT inside of one that is not there. */
  #directory(): number {
    const fd = this.#open.at(-1)?.fd ?? null;
    if (fd !== null) return fd;
    throw Object.assign(new Error('ENOENT: its directory is not there'), { code: 'ENOENT' });
  }

  #pathOf(name: ByteText): ByteText {
    const parent = this.#open.at(-1);
    return parent ? joinPath(parent.path, name) : name;
  }

  /** What fails for one entry is a difference; what would fail for every other one ends the comparison. */
  #attempt<T>(path: ByteText, work: () => T): T | null {
    try {
      return work();
    } catch (error) {
      const fatal = fatalForTarget(error);
      if (fatal !== null) throw fatal;
      const code = (error as NodeJS.ErrnoException).code;
      this.#tell(path, code === 'ENOENT' ? 'it is not there' : `it cannot be read: ${code}`);
      return null;
    }
  }

  #tell(path: ByteText, what: string): void {
    this.#job.report({ path: `/${readable(path)}`, what });
  }
}

interface OpenDirectory {
  path: ByteText;
  /** Null when it is not there. */
  fd: number | null;
  /** Of the archive, so far. */
  entries: number;
}
