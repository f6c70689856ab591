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
  #isCollecting = false;
  #isClosed = false;
  readonly #writers = new Set<{ since: number }>();

  private constructor(fd: number | null, clock: Clock) {
    this.#fd = fd;
    this.#clock = clock;
  }

  /** DATASTORE_IN_USE while someone else collects. `path` null for backends without files. */
  static open(path: string | null, clock: Clock): ProcessLock {
    if (path === null) return new ProcessLock(null, clock);
    return new ProcessLock(
      lockedFile(path, 'shared', 'Another process collects garbage in this datastore.'),
      clock,
    );
  }

  /**
   * For whoever wants to take a datastore over: DATASTORE_IN_USE while anybody else has it open, also for writing, which
   * a shared lock would not notice.
   */
  static openAlone(path: string, clock: Clock): ProcessLock {
    return new ProcessLock(lockedFile(path, 'exclusive', 'Another process uses this datastore.'), clock);
  }

  /**
   * Registers a writer. Take it before the first chunk is looked at and keep it until every index has its final
   * name: a collection keeps whatever is younger than its oldest writer.
   */
  writer(): Writer {
    const entry = { since: this.#seconds() };
    this.#writers.add(entry);
    const release = () => {
      this.#writers.delete(entry);
    };
    const usesNow = () => {
      entry.since = Math.min(entry.since, this.#seconds());
    };
    return { usesNow, release, [Symbol.dispose]: release };
  }

  /** The earliest access time that a running writer may have given a chunk, in seconds since 1970; null when none runs. */
  oldestWriter(): number | null {
    if (this.#writers.size === 0) return null;
    return Math.min(...[...this.#writers].map((writer) => writer.since));
  }

  #seconds(): number {
    return Math.floor(this.#clock.now() / 1000);
  }

  /**
   * For a garbage collection: keeps every other process out for as long as it is held; our own writers are told by
   * `oldestWriter`. DATASTORE_IN_USE while a writer of another process is in it, or a collection runs already.
   */
  collect(): Disposable {
    if (this.#isCollecting) throw inUse('A garbage collection of this datastore runs already.');
    if (this.#fd !== null && !lockFile(this.#fd, 'exclusive')) {
      throw inUse('Another process uses this datastore.', PBS_HINT);
    }
    this.#isCollecting = true;
    return {
      [Symbol.dispose]: () => {
        this.#isCollecting = false;
        if (this.#fd !== null && !this.#isClosed) lockFile(this.#fd, 'shared');
      },
    };
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    if (this.#fd !== null) await closeFile(this.#fd);
  }
}

export interface Writer extends Disposable {
  /**
   * To be told before and after a chunk is stored or found again: where the clock was set back since the writer began, the
   * chunk has an access time from before that.
   */
  usesNow(): void;
  release(): void;
}

/** What else may lie under the name is neither followed nor waited for. */
function lockedFile(path: string, mode: 'shared' | 'exclusive', refusal: string): number {
  const { O_RDWR, O_NOFOLLOW, O_NONBLOCK } = fs.constants;
  const fd = fs.openSync(path, O_RDWR | O_NOFOLLOW | O_NONBLOCK);
  if (lockFile(fd, mode)) return fd;
  fs.closeSync(fd);
  throw inUse(refusal, PBS_HINT);
}

const PBS_HINT = 'If a Proxmox Backup Server still uses the directory, remove the datastore there first.';

function inUse(refusal: string, hint?: string): BackupError {
  return new BackupError('DATASTORE_IN_USE', refusal, { hint });
}
