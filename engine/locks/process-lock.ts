import * as fs from 'node:fs';
import type { Clock } from '#domain/clock.ts';
import { BackupError } from '#domain/errors.ts';
import { closeFile } from '../backends/local/close-file.ts';
import { lockFile } from '../posix.ts';

/**
 * The record lock on `<datastore>/.lock` (docs/formats/datastore.md): keeps a collection of one process and the
 * writers of another apart, also between us and a Proxmox Backup Server that opens the same directory.
 *
 * We hold it shared for as long as the datastore is open, so no foreign collection can start. The file is
 * opened once and stays open.
 */
export class ProcessLock {
  readonly #fd: number | null;
  readonly #clock: Clock;
  readonly #writers = new Set<{ startedAt: number }>();

  private constructor(fd: number | null, clock: Clock) {
    this.#fd = fd;
    this.#clock = clock;
  }

  /** DATASTORE_IN_USE while someone else collects. `path` null for backends without files. */
  static open(path: string | null, clock: Clock): ProcessLock {
    if (path === null) return new ProcessLock(null, clock);
    const fd = fs.openSync(path, 'r+');
    if (lockFile(fd, 'shared')) return new ProcessLock(fd, clock);
    fs.closeSync(fd);
    throw new BackupError('DATASTORE_IN_USE', 'Another process collects garbage in this datastore.', {
      hint: 'If a Proxmox Backup Server still uses the directory, remove the datastore there first.',
    });
  }

  /**
   * Registers a writer. Take it before the first chunk is looked at and keep it until every index has its final
   * name: a collection keeps whatever is younger than its oldest writer.
   */
  writer(): Disposable & { release(): void } {
    const entry = { startedAt: Math.floor(this.#clock.now() / 1000) };
    this.#writers.add(entry);
    const release = () => {
      this.#writers.delete(entry);
    };
    return { release, [Symbol.dispose]: release };
  }

  /** Start of the oldest running writer in seconds since 1970; null when none runs. */
  oldestWriter(): number | null {
    if (this.#writers.size === 0) return null;
    return Math.min(...[...this.#writers].map((writer) => writer.startedAt));
  }

  async close(): Promise<void> {
    if (this.#fd !== null) await closeFile(this.#fd);
  }
}
