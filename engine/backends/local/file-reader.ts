import * as fs from 'node:fs';
import { BackupError } from '#domain/errors.ts';
import type { DirectPath, ObjectReader } from '../backend.ts';
import { fileError } from './errors.ts';

const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = fs.constants;

/** A file that stays readable when its name is removed or replaced, because the descriptor is kept. */
export class FileReader implements ObjectReader {
  readonly sizeBytes: number;
  readonly #handle: fs.promises.FileHandle;
  readonly #root: DirectPath;
  readonly #shown: string;

  private constructor(root: DirectPath, handle: fs.promises.FileHandle, shown: string, sizeBytes: number) {
    this.#root = root;
    this.#handle = handle;
    this.#shown = shown;
    this.sizeBytes = sizeBytes;
  }

  /** A symbolic link or a fifo under the name of an object is damage, never a reason to read elsewhere or wait. */
  static async open(root: DirectPath, path: string, shown: string): Promise<FileReader> {
    try {
      const handle = await fs.promises.open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
      const stat = await handle.stat();
      if (stat.isFile()) return new FileReader(root, handle, shown, stat.size);
      await handle.close();
    } catch (error) {
      if (!isLoop(error)) throw fileError(error, shown, 'read');
    }
    throw new BackupError('DATA_CORRUPT', `${shown} is not a regular file.`);
  }

  async read(target: Uint8Array, position: number): Promise<void> {
    let done = 0;
    while (done < target.length) {
      const [from, at] = [done, position + done];
      const count = await this.#root.use(() => this.#readSome(target, from, at));
      if (count === 0) {
        throw new BackupError('DATA_CORRUPT', `${this.#shown} ends too early.`, {
          detail: `nothing at ${position + done}`,
        });
      }
      done += count;
    }
  }

  /** What was read was read: a failure to close takes nothing back. */
  async close(): Promise<void> {
    await this.#handle.close().catch(() => {});
  }

  async #readSome(target: Uint8Array, offset: number, position: number): Promise<number> {
    try {
      return (await this.#handle.read(target, offset, target.length - offset, position)).bytesRead;
    } catch (error) {
      throw fileError(error, this.#shown, 'read');
    }
  }
}

/** O_NOFOLLOW met a symbolic link. */
function isLoop(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ELOOP';
}
