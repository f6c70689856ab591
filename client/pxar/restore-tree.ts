import { assert } from '#domain/errors.ts';
import { closeFd } from '#engine/posix.ts';
import { unsafe } from './archive-errors.ts';
import { type ByteText, EMPTY, joinPath, splitPath } from './byte-text.ts';
import { type FileKind, kindOf, type Metadata } from './metadata.ts';
import { linkTo, type MissingFile, Postponed } from './postponed.ts';
import type { Entry, Hardlink, PxarVisitor } from './pxar-visitor.ts';
import { RestoreContext, type RestoreJob } from './restore-context.ts';
import { FileRestorer } from './restore-file.ts';
import type { RestoreTotals } from './restore-report.ts';
import { makeNode, makeSymlink, openDirectoryBelow } from './restore-target.ts';
import { type Place, RestoredDirectories } from './restored-directories.ts';

/**
 * Writes what a parser reports into a directory. Whatever the archive says, nothing outside the target is
 * made, changed or followed. Blocks the thread. After the archive, call `finish`; `close` in any case.
 *
 * An entry that cannot be made, and metadata that cannot be set, are reported and the rest goes on. Errors:
 * TARGET_NOT_EMPTY, PATH_INVALID, STORAGE_FULL, STORAGE_READ_ONLY, STORAGE_DENIED, STORAGE_UNREACHABLE,
 * ARCHIVE_UNSAFE, CANCELLED.
 */
export class RestoreTree implements PxarVisitor {
  readonly #context: RestoreContext;
  readonly #postponed: Postponed;
  readonly #files: FileRestorer;
  readonly #directories: RestoredDirectories;
  /** Position of the first entry: hardlinks to earlier ones lead out of what is read. */
  #firstPosition: number | null = null;
  /** Directory of the missing file that is being filled in. */
  #filling: number | null = null;

  constructor(job: RestoreJob) {
    this.#context = new RestoreContext(job);
    this.#postponed = new Postponed(this.#context);
    this.#files = new FileRestorer(this.#context, this.#postponed);
    this.#directories = new RestoredDirectories(this.#context, this.#postponed);
  }

  get totals(): Readonly<RestoreTotals> {
    return this.#context.totals;
  }

  enterDirectory(entry: Entry): void {
    this.#firstPosition ??= entry.position;
    this.#directories.enter(entry);
  }

  leaveDirectory(): void {
    this.#directories.leave();
    this.#context.progressed();
  }

  startFile(entry: Entry): void {
    const place = this.#placeFor(entry);
    if (place !== null) this.#files.start(place.dir, entry, place.path);
  }

  fileData(bytes: Buffer): void {
    this.#files.write(bytes);
  }

  endFile(): void {
    this.#files.end();
    this.#context.progressed();
  }

  symlink(entry: Entry, target: ByteText): void {
    this.#makeOther(entry, 'symlink', (dir) => makeSymlink(dir, entry.name, target, this.#context.options));
  }

  device(entry: Entry, major: number, minor: number): void {
    const device = (BigInt(minor & 0xfff00) << 12n) | BigInt((major << 8) | (minor & 0xff));
    this.#makeNode(entry, device, 'devices');
  }

  special(entry: Entry): void {
    this.#makeNode(entry, 0n, 'specials');
  }

  hardlink(link: Hardlink): void {
    const place = this.#placeFor(link);
    if (place === null) return;
    const { restored, totals } = this.#context;
    if (restored.inodeAt(link.target) === undefined) {
      this.#checkMayMiss(link);
      this.#postponed.link(place.path, link);
      this.#directories.postpone();
      return;
    }
    const done = this.#context.attempt('link', place.path, () => {
      linkTo(this.#context, link.path, link.target, place.dir, link.name);
      return true;
    });
    if (done) totals.hardlinks += 1;
    this.#context.progressed();
  }

  /**
   * Files that selected hardlinks name and that were not restored. A caller with random access fills them
   * in: for each, `startMissing`, its content as `fileData`, then `endMissing`.
   */
  missingFiles(): MissingFile[] {
    return [...this.#postponed.missing.values()];
  }

  startMissing(file: MissingFile, metadata: Metadata): void {
    const { directory, name } = splitPath(file.names[0] ?? EMPTY);
    const below = this.#context.below(directory) ?? EMPTY;
    this.#filling = this.#context.attempt('create', file.path, () =>
      openDirectoryBelow(this.#context.rootFd, below),
    );
    if (this.#filling === null) return;
    const entry = { name, position: file.position, metadata };
    this.#files.start(this.#filling, entry, joinPath(directory, name));
  }

  endMissing(file: MissingFile): void {
    if (this.#files.end()) this.#postponed.linkNames(file);
    if (this.#filling !== null) closeFd(this.#filling);
    this.#filling = null;
    this.#context.progressed();
  }

  /** Does what can only be done at the end; answers what was restored. */
  finish(): RestoreTotals {
    this.#postponed.finish();
    this.close();
    return this.#context.totals;
  }

  /** Frees what is open; nothing can follow. */
  close(): void {
    this.#files.close();
    if (this.#filling !== null) closeFd(this.#filling);
    this.#filling = null;
    this.#directories.close();
  }

  #makeNode(entry: Entry, device: bigint, what: 'devices' | 'specials'): void {
    const { options, totals } = this.#context;
    const { mode } = entry.metadata;
    const kind = kindOf(mode);
    assert(kind !== undefined, 'the parser has checked the mode');
    if (options[what])
      this.#makeOther(entry, kind, (dir) => makeNode(dir, entry.name, mode, device, options));
    else if (this.#directories.wants(entry.name)) totals.omitted.add(what);
  }

  #makeOther(entry: Entry, kind: FileKind, make: (dir: number) => number): void {
    const place = this.#placeFor(entry);
    if (place === null) return;
    const fd = this.#context.attempt('create', place.path, () => make(place.dir));
    if (fd === null) return;
    const made = { kind, fd, dir: place.dir, name: entry.name };
    this.#context.applier.apply(made, entry.metadata, this.#context.stepFailed(place.path));
    closeFd(fd);
    this.#context.totals.others += 1;
    this.#context.progressed();
  }

  /** Null when the entry is not selected or has no place. */
  #placeFor({ name, position }: { name: ByteText; position: number }): Place | null {
    this.#firstPosition ??= position;
    return this.#directories.wants(name) ? this.#directories.placeFor(name) : null;
  }

  /** Without a selection and without failures, a file that is not there was never in the archive. */
  #checkMayMiss({ target }: Hardlink): void {
    const isBefore = target < (this.#firstPosition ?? 0);
    const mayMiss = this.#directories.isPartial || this.#context.totals.failed > 0 || isBefore;
    if (!mayMiss) throw unsafe('a hardlink names no file that came before it');
  }
}
