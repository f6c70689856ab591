import { closeFd, removeAt, statusAt } from '#engine/posix.ts';
import type { MadeEntry } from './apply-metadata.ts';
import { type ByteText, EMPTY } from './byte-text.ts';
import { FORBIDS_CHANGES } from './file-flags.ts';
import type { Postponed } from './postponed.ts';
import type { Entry } from './pxar-visitor.ts';
import type { RestoreContext } from './restore-context.ts';
import { makeFile } from './restore-target.ts';
import { SparseFile } from './sparse-file.ts';

/** Makes regular files, one at a time. A file that cannot be made or written is reported and left out. */
export class FileRestorer {
  readonly #context: RestoreContext;
  readonly #postponed: Postponed;
  #open: OpenFile | null = null;

  constructor(context: RestoreContext, postponed: Postponed) {
    this.#context = context;
    this.#postponed = postponed;
  }

  start(dir: number, entry: Entry, path: ByteText): void {
    const { options, applier } = this.#context;
    const fd = this.#context.attempt('create', path, () => makeFile(dir, entry.name, options));
    if (fd === null) return;
    const made: MadeEntry = { kind: 'file', fd, dir, name: entry.name };
    this.#open = { made, entry, path, content: new SparseFile(fd) };
    applier.applyEarlyFlags(made, entry.metadata.flags, this.#context.stepFailed(path));
  }

  write(bytes: Buffer): void {
    const file = this.#open;
    if (file === null) return;
    const isWritten = this.#context.attempt('create', file.path, () => {
      file.content.write(bytes);
      return true;
    });
    if (isWritten === null) this.#discard(file);
    else this.#context.totals.bytes += bytes.length;
    this.#context.progressed();
  }

  /** True when the file is there, with its content and metadata. */
  end(): boolean {
    const file = this.#open;
    if (file === null) return false;
    const { made, entry, path, content } = file;
    const inode = this.#context.attempt('create', path, () => {
      content.finish();
      return statusAt(made.fd, EMPTY).inode;
    });
    if (inode === null) {
      this.#discard(file);
      return false;
    }
    const { applier, restored, totals } = this.#context;
    const failed = this.#context.stepFailed(path);
    restored.add(entry.position, inode);
    applier.apply(made, entry.metadata, failed);
    const { flags } = entry.metadata;
    if ((flags & FORBIDS_CHANGES) !== 0) this.#postponed.flags(path, inode, flags);
    else applier.applyFlags(made, flags, failed);
    this.#open = null;
    const isClosed = this.#context.attempt('create', path, () => {
      closeFd(made.fd, true);
      return true;
    });
    if (isClosed) totals.files += 1;
    return isClosed === true;
  }

  close(): void {
    if (this.#open !== null) closeFd(this.#open.made.fd);
    this.#open = null;
  }

  /** Half a file looks like a whole one; better none. */
  #discard({ made, path, content }: OpenFile): void {
    this.close();
    this.#context.totals.bytes -= content.size;
    this.#context.attempt('create', path, () => removeAt(made.dir, made.name));
  }
}

interface OpenFile {
  made: MadeEntry;
  entry: Entry;
  path: ByteText;
  content: SparseFile;
}
