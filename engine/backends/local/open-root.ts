import * as fs from 'node:fs';
import { BackupError } from '#domain/errors.ts';
import type { DirectPath } from '../backend.ts';
import { closeFile } from './close-file.ts';
import { fileError } from './errors.ts';

/**
 * The root directory of a backend, reached by way of its descriptor.
 *
 * *Invariant*: the descriptor is closed only when nothing runs any more that was begun on it. Its number may mean
 * another directory from then on, and a call that comes late would work on that one. On storage that hangs it stays open
 * for ever, which is right.
 */
export class OpenRoot implements DirectPath {
  readonly access: string;
  readonly shown: string;
  readonly place: string;
  readonly #fd: number;
  /** What a failure means once everything is known; only BackupErrors are asked. */
  readonly #judge: (error: BackupError) => Promise<BackupError>;
  #running = 0;
  #closing: PromiseWithResolvers<void> | null = null;

  constructor(path: string, judge: (error: BackupError) => Promise<BackupError>) {
    this.shown = path;
    this.#judge = judge;
    try {
      this.#fd = fs.openSync(path, fs.constants.O_RDONLY | fs.constants.O_DIRECTORY);
      this.place = placeOf(fs.fstatSync(this.#fd, { bigint: true }));
    } catch (error) {
      throw fileError(error, path, 'read');
    }
    this.access = `/proc/self/fd/${this.#fd}`;
  }

  /** For calls that take a descriptor; only inside of `use`. */
  get fd(): number {
    return this.#fd;
  }

  async use<T>(work: () => Promise<T>): Promise<T> {
    if (this.#closing !== null) throw closedError(this.shown);
    this.#running += 1;
    try {
      return await work();
    } catch (error) {
      throw error instanceof BackupError ? await this.#judge(error) : error;
    } finally {
      this.#running -= 1;
      this.#letGoWhenIdle();
    }
  }

  close(): Promise<void> {
    const first = this.#closing === null;
    this.#closing ??= Promise.withResolvers();
    if (first) this.#letGoWhenIdle();
    return this.#closing.promise;
  }

  #letGoWhenIdle(): void {
    if (this.#closing !== null && this.#running === 0) this.#closing.resolve(closeFile(this.#fd));
  }
}

/** Tells a directory from every other on this machine for as long as it is open. */
export function placeOf({ dev, ino }: { dev: bigint; ino: bigint }): string {
  return `${dev}:${ino}`;
}

function closedError(shown: string): BackupError {
  return new BackupError('STORAGE_UNREACHABLE', `The datastore in ${shown} has been closed.`, {
    hint: 'Look at its status, then try again.',
  });
}
