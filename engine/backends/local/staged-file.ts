import type { BackupError } from '#domain/errors.ts';
import type { PutOptions, StagedObject } from '../backend.ts';
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
  readonly #heard: Heard;
  #fd: number | null;

  private constructor(path: string, shown: string, temporary: string, fd: number, heard: Heard) {
    this.#heard = heard;
    this.#path = path;
    this.#shown = shown;
    this.#temporary = temporary;
    this.#fd = fd;
  }

  /** `heard` sees every failure of writing before it is thrown. */
  static async create(path: string, shown: string, heard: Heard): Promise<StagedFile> {
    const temporary = temporaryName(path);
    try {
      const fd = await runAsync(openSteps(temporary));
      return new StagedFile(path, shown, temporary, fd, heard);
    } catch (error) {
      throw fileError(error, shown, 'write');
    }
  }

  async write(bytes: Uint8Array, position: number): Promise<void> {
    await this.#translated(() => runAsync(writeAllSteps(this.#descriptor(), bytes, position)));
  }

  async read(target: Uint8Array, position: number): Promise<void> {
    const reader = await FileReader.open(this.#temporary, this.#shown);
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
    await runAsync(discardSteps(fd, this.#temporary));
  }

  #descriptor(): number {
    if (this.#fd === null) throw new Error('the staged file is already committed or given up');
    return this.#fd;
  }

  async #translated<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw this.#heard(fileError(error, this.#shown, 'write'));
    }
  }
}

type Heard = (error: BackupError) => BackupError;

function* openSteps(path: string): Steps<number> {
  return yield { call: 'open', path, flags: 'wx+', mode: FILE_MODE };
}

function* closeSteps(fd: number): Steps<void> {
  yield { call: 'close', fd };
}
