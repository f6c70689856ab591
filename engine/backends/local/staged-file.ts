import type { DirectPath, PutOptions, StagedObject } from '../backend.ts';
import { closeFile } from './close-file.ts';
import { fileError } from './errors.ts';
import { FileReader } from './file-reader.ts';
import { discardSteps, publishSteps, type Steps, writeAllSteps } from './file-steps.ts';
import { runAsync } from './run-steps.ts';
import { temporaryName } from './temporary-name.ts';

const FILE_MODE = 0o644;

/** A file that is written in any order under a temporary name and then appears whole. */
export class StagedFile implements StagedObject {
  readonly #path: string;
  readonly #shown: string;
  readonly #temporary: string;
  readonly #root: DirectPath;
  #fd: number | null;

  private constructor(root: DirectPath, path: string, shown: string, temporary: string, fd: number) {
    this.#root = root;
    this.#path = path;
    this.#shown = shown;
    this.#temporary = temporary;
    this.#fd = fd;
  }

  static async create(root: DirectPath, path: string, shown: string): Promise<StagedFile> {
    const temporary = temporaryName(path);
    const fd = await runAsync(openSteps(temporary));
    return new StagedFile(root, path, shown, temporary, fd);
  }

  async write(bytes: Uint8Array, position: number): Promise<void> {
    const fd = this.#descriptor();
    await this.#translated(() => runAsync(writeAllSteps(fd, bytes, position)));
  }

  async read(target: Uint8Array, position: number): Promise<void> {
    const open = () => FileReader.open(this.#root, this.#temporary, this.#shown);
    const reader = await this.#root.use(open);
    try {
      await reader.read(target, position);
    } finally {
      await reader.close();
    }
  }

  async commit(options: PutOptions = {}): Promise<void> {
    const fd = this.#descriptor();
    await this.#translated(async () => {
      await runAsync(publishSteps(fd, this.#temporary, this.#path, options));
      this.#fd = null;
      await runAsync(closeSteps(fd));
    });
  }

  async abort(): Promise<void> {
    const fd = this.#fd;
    this.#fd = null;
    const discard = () => runAsync(discardSteps(fd, this.#temporary));
    // Once the root is closed, the path may lead elsewhere, and only the descriptor is ours.
    await this.#root.use(discard).catch(() => (fd === null ? undefined : closeFile(fd)));
  }

  #descriptor(): number {
    if (this.#fd === null) throw new Error('the staged file is already committed or given up');
    return this.#fd;
  }

  #translated<T>(work: () => Promise<T>): Promise<T> {
    return this.#root.use(() =>
      work().catch((error) => {
        throw fileError(error, this.#shown, 'write');
      }),
    );
  }
}

function* openSteps(path: string): Steps<number> {
  return yield { call: 'open', path, flags: 'wx+', mode: FILE_MODE };
}

function* closeSteps(fd: number): Steps<void> {
  yield { call: 'close', fd };
}
