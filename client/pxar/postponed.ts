import { constants } from 'node:fs';
import { closeFd, O_NOFOLLOW, openAt, statusAt } from '#engine/posix.ts';
import { unsafe } from './archive-errors.ts';
import { type ByteText, EMPTY, splitPath } from './byte-text.ts';
import type { Metadata } from './metadata.ts';
import { kindOf } from './metadata.ts';
import type { Hardlink } from './pxar-visitor.ts';
import type { RestoreContext } from './restore-context.ts';
import { makeHardlink, openBelow, openDirectoryBelow } from './restore-target.ts';

/** A file that hardlinks name although it was not restored, because it is outside of what was selected. */
export interface MissingFile {
  /** Where the file is in the archive, for random access. */
  position: number;
  path: ByteText;
  /** Paths in the archive of the hardlinks that want it. */
  names: ByteText[];
}

/**
 * What can only be done when everything else is there. Immutable and append-only files take no further
 * names, so their flags come last. A directory that will get a file later gets its metadata after it, and
 * so do its parents, because they may become unreadable.
 */
export class Postponed {
  readonly missing = new Map<number, MissingFile>();
  readonly #context: RestoreContext;
  readonly #flags: { path: ByteText; inode: bigint; flags: number }[] = [];
  readonly #directories: { path: ByteText; metadata: Metadata }[] = [];

  constructor(context: RestoreContext) {
    this.#context = context;
  }

  flags(path: ByteText, inode: bigint, flags: number): void {
    this.#flags.push({ path, inode, flags });
  }

  directory(path: ByteText, metadata: Metadata): void {
    this.#directories.push({ path, metadata });
  }

  link(path: ByteText, link: Hardlink): void {
    const file = this.missing.get(link.target);
    if (file === undefined) {
      this.missing.set(link.target, { position: link.target, path: link.path, names: [path] });
    } else file.names.push(path);
  }

  /** Makes the further names of a file that was filled in under the first one. */
  linkNames({ position, names: [first = EMPTY, ...others] }: MissingFile): void {
    for (const path of others) {
      const { directory, name } = splitPath(path);
      this.#context.attempt('link', path, () => {
        const dir = openDirectoryBelow(this.#context.rootFd, this.#below(directory));
        try {
          linkTo(this.#context, first, position, dir, name);
          this.#context.totals.hardlinks += 1;
        } finally {
          closeFd(dir);
        }
      });
    }
    this.missing.delete(position);
  }

  finish(): void {
    for (const { names } of this.missing.values()) {
      for (const path of names) {
        this.#context.totals.failed += 1;
        this.#context.problem(path, 'link', 'the file that it names was not restored');
      }
    }
    for (const { path, inode, flags } of this.#flags) this.#applyFlags(path, inode, flags);
    for (const { path, metadata } of this.#directories) this.#applyDirectory(path, metadata);
  }

  #applyFlags(path: ByteText, inode: bigint, flags: number): void {
    const { directory, name } = splitPath(path);
    this.#context.attempt('flags', path, () => {
      const dir = openDirectoryBelow(this.#context.rootFd, this.#below(directory));
      try {
        const fd = openAt(dir, name, constants.O_RDONLY | constants.O_NONBLOCK | O_NOFOLLOW);
        const made = { kind: 'file' as const, fd, dir, name };
        if (statusAt(fd, EMPTY).inode === inode) {
          this.#context.applier.applyFlags(made, flags, this.#context.stepFailed(path));
        }
        closeFd(fd);
      } finally {
        closeFd(dir);
      }
    });
  }

  #applyDirectory(path: ByteText, metadata: Metadata): void {
    this.#context.attempt('mode', path, () => {
      const fd = openDirectoryBelow(this.#context.rootFd, this.#below(path));
      finishDirectory(this.#context, fd, path, metadata);
      closeFd(fd);
    });
  }

  #below(path: ByteText): ByteText {
    return this.#context.below(path) ?? EMPTY;
  }
}

/** Gives a directory its metadata, when nothing will be made in it any more. */
export function finishDirectory(
  context: RestoreContext,
  fd: number,
  path: ByteText,
  metadata: Metadata,
): void {
  const made = { kind: 'directory' as const, fd, dir: fd, name: EMPTY };
  const failed = context.stepFailed(path);
  context.applier.apply(made, metadata, failed);
  context.applier.applyFlags(made, metadata.flags, failed);
}

/**
 * Gives the restored file at `path` one more name. The path of a hardlink comes from the archive, so what is
 * found there must be the very file that this restore made for `position`. Error: ARCHIVE_UNSAFE.
 */
export function linkTo(
  context: RestoreContext,
  path: ByteText,
  position: number,
  dir: number,
  name: ByteText,
): void {
  const below = context.below(path);
  if (below === null || below === '') throw unsafe('a hardlink leads out of what is restored');
  const { fd, status } = openBelow(context.rootFd, below);
  try {
    const isOurs = kindOf(status.mode) === 'file' && status.inode === context.restored.inodeAt(position);
    if (!isOurs) throw unsafe('a hardlink names another file than it points at');
    makeHardlink(fd, dir, name, context.options);
  } finally {
    closeFd(fd);
  }
}
