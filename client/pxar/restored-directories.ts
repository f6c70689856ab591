import { assert } from '#domain/errors.ts';
import { closeFd } from '#engine/posix.ts';
import { type ByteText, EMPTY, joinPath } from './byte-text.ts';
import type { Metadata } from './metadata.ts';
import { finishDirectory, type Postponed } from './postponed.ts';
import type { Entry } from './pxar-visitor.ts';
import type { RestoreContext } from './restore-context.ts';
import type { Selected } from './restore-report.ts';
import { makeDirectory } from './restore-target.ts';

/** Where an entry goes. */
export interface Place {
  /** Its directory, open. */
  dir: number;
  /** From the root of the archive. */
  path: ByteText;
}

/**
 * The directories from the target down to the one that is being filled. Each stays open until it is left,
 * and gets its metadata then: a read-only directory takes its children first, and its time is not touched by
 * them. One that is on the way to something selected is made only when that comes.
 */
export class RestoredDirectories {
  /** True once anything was not selected: hardlinks to such files are no fault of the archive. */
  isPartial = false;
  readonly #context: RestoreContext;
  readonly #postponed: Postponed;
  readonly #open: OpenDirectory[];

  constructor(context: RestoreContext, postponed: Postponed) {
    this.#context = context;
    this.#postponed = postponed;
    const { rootFd, options } = context;
    this.#open = [newDirectory(options.basePath, EMPTY, null, 'some', rootFd)];
  }

  /** The root of an archive has no name: it is the target itself. */
  enter({ name, metadata }: Entry): void {
    const parent = this.#current();
    const path = name === '' ? parent.path : joinPath(parent.path, name);
    const selected = this.#selectionOf(parent, name, true);
    const directory = newDirectory(path, name, metadata, selected, name === '' ? parent.fd : null);
    this.#open.push(directory);
    if (parent.hasFailed) {
      directory.hasFailed = true;
      if (selected === 'all') this.#context.totals.failed += 1;
    } else if (selected === 'all') this.#make(this.#open.length - 1);
  }

  leave(): void {
    const directory = this.#open.pop();
    assert(directory !== undefined && this.#open.length > 0, 'the target itself is never left');
    const { fd, path, metadata, isPostponed } = directory;
    if (fd === null) return;
    const { rootFd, options, totals } = this.#context;
    const isTarget = fd === rootFd;
    if (isPostponed) this.#current().isPostponed = true;
    if (metadata !== null && (!isTarget || options.rootMetadata)) {
      if (isPostponed) this.#postponed.directory(path, metadata);
      else finishDirectory(this.#context, fd, path, metadata);
    }
    if (!isTarget) closeFd(fd);
    totals.directories += 1;
  }

  /** Whether a new entry that is not a directory is wanted. */
  wants(name: ByteText): boolean {
    return this.#selectionOf(this.#current(), name, false) === 'all';
  }

  /** Where a wanted entry goes; null when there is no such place, which counts it as failed. */
  placeFor(name: ByteText): Place | null {
    const dir = this.#make(this.#open.length - 1);
    if (dir !== null) return { dir, path: joinPath(this.#current().path, name) };
    this.#context.totals.failed += 1;
    return null;
  }

  /** The open directory will get another entry after everything else. */
  postpone(): void {
    this.#current().isPostponed = true;
  }

  close(): void {
    const fds = new Set(this.#open.splice(0).map(({ fd }) => fd));
    for (const fd of fds) if (fd !== null) closeFd(fd);
  }

  #selectionOf({ selected, path }: OpenDirectory, name: ByteText, isDirectory: boolean): Selected {
    const select = () => this.#context.options.select(name === '' ? path : joinPath(path, name), isDirectory);
    const answer = selected === 'some' ? select() : selected;
    if (answer !== 'all') this.isPartial = true;
    return answer;
  }

  /** Makes a directory, and before it those above that were waiting for something to hold. */
  #make(index: number): number | null {
    const directory = this.#open[index];
    assert(directory !== undefined, 'the target is always open');
    if (directory.fd !== null || directory.hasFailed) return directory.fd;
    const parent = this.#make(index - 1);
    const made =
      parent === null
        ? null
        : this.#context.attempt('create', directory.path, () =>
            makeDirectory(parent, directory.name, this.#context.options),
          );
    if (made === null) {
      directory.hasFailed = true;
      return null;
    }
    if (!made.isNew) this.#context.meetsDirectory(made.fd);
    directory.fd = made.fd;
    return made.fd;
  }

  #current(): OpenDirectory {
    const directory = this.#open.at(-1);
    assert(directory !== undefined, 'the target is always open');
    return directory;
  }
}

/** A directory of the archive that is being read. */
interface OpenDirectory {
  /** From the root of the archive. */
  path: ByteText;
  name: ByteText;
  /** Null for the target itself, which the archive may not describe. */
  metadata: Metadata | null;
  selected: Selected;
  /** Null until it is made. */
  fd: number | null;
  hasFailed: boolean;
  /** Its metadata has to wait for a file that comes later. */
  isPostponed: boolean;
}

function newDirectory(
  path: ByteText,
  name: ByteText,
  metadata: Metadata | null,
  selected: Selected,
  fd: number | null,
): OpenDirectory {
  return { path, name, metadata, selected, fd, hasFailed: false, isPostponed: false };
}
