import { BackupError } from '#domain/errors.ts';
import { closeFd, filesystemMagic, O_DIRECTORY, O_NOCTTY, openAt, statusAt } from '#engine/posix.ts';
import { byteText, byteTextOf, EMPTY } from './byte-text.ts';
import { isVirtual, type MetadataSupport, metadataSupport } from './filesystems.ts';
import type { EncodeOptions } from './source-report.ts';

/** Which filesystems a backup enters, and what each of them knows about its files. */
export class SourceFilesystems {
  readonly #all: boolean;
  readonly #wanted = new Set<number>();
  readonly #support = new Map<number, MetadataSupport>();

  /** Errors: SOURCE_UNREADABLE when one of the wanted directories cannot be opened. */
  constructor(options: EncodeOptions) {
    this.#all = options.filesystems === 'all';
    for (const path of options.alsoFilesystemsOf) {
      const fd = openDirectory(path);
      this.#wanted.add(statusAt(fd, EMPTY).device);
      closeFd(fd);
    }
  }

  /** Takes the filesystem of the root in. Error: SOURCE_UNREADABLE for one that the kernel makes up. */
  admitRoot(fd: number, device: number): void {
    if (isVirtual(filesystemMagic(fd))) {
      throw new BackupError('SOURCE_UNREADABLE', 'The source is a virtual filesystem of the kernel.', {
        hint: 'There is nothing to restore it to. Choose another directory.',
      });
    }
    this.#wanted.add(device);
  }

  /** Whether a directory is entered that another filesystem than its parent's is mounted on. */
  mayEnter(fd: number, device: number): boolean {
    return (this.#all || this.#wanted.has(device)) && !isVirtual(filesystemMagic(fd));
  }

  supportOf(fd: number, device: number): MetadataSupport {
    const known = this.#support.get(device);
    if (known !== undefined) return known;
    const support = metadataSupport(filesystemMagic(fd));
    this.#support.set(device, support);
    return support;
  }
}

/** Opens a directory by its path, as its owner named it: symbolic links in it are followed. */
export function openDirectory(path: string | Buffer): number {
  try {
    const bytes = typeof path === 'string' ? byteTextOf(path) : byteText(path);
    return openAt(AT_WORKING_DIRECTORY, bytes, O_DIRECTORY | O_NOCTTY);
  } catch (error) {
    throw new BackupError('SOURCE_UNREADABLE', 'A directory of the source cannot be opened.', {
      detail: String(path),
      cause: error,
    });
  }
}

const AT_WORKING_DIRECTORY = -100;
