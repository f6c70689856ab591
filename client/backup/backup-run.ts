import { type MessagePort, Worker } from 'node:worker_threads';
import { BackupError } from '#domain/errors.ts';
import { failureOf } from '../pipeline/failure-message.ts';
import type {
  EncodeThreadData,
  HashThreadData,
  MeasureThreadData,
  PipelineMessage,
  ReadAheadThreadData,
  SharedParts,
} from '../pipeline/messages.ts';
import { makeControlMemory, SharedControl } from '../pipeline/shared-control.ts';
import { makeDigestMemory } from '../pipeline/shared-digests.ts';
import type { EncodeTotals } from '../pxar/source-report.ts';
import type { BackupEvents, BackupProgress } from './backup-events.ts';
import type { Expected } from './expected-bytes.ts';
import type { IndexUploader } from './index-uploader.ts';

/** Between the hashing threads and the server: enough to keep both busy, little enough to bound the memory. */
const CREDIT_BYTES = 32 * 1024 * 1024;
/** Chunks of this backup that are remembered, so that what repeats is not sent twice. */
const RUN_DIGESTS = 256 * 1024;

type ThreadData = HashThreadData | EncodeThreadData | ReadAheadThreadData | MeasureThreadData;
type Script = 'hash-thread.ts' | 'encode-thread.ts' | 'read-ahead-thread.ts' | 'measure-thread.ts';

/** The threads of one backup and what they report. Ends them all when one fails or the caller gives up. */
export class BackupRun {
  readonly control: SharedControl;
  readonly shared: SharedParts;
  readonly totals = new Map<number, EncodeTotals>();
  warnings = 0;
  readonly #uploaders = new Map<number, IndexUploader>();
  readonly #ends: Promise<void>[] = [];
  readonly #events: BackupEvents;
  readonly #progress: BackupProgress;
  readonly #failed: Promise<never>;
  #reject: (error: unknown) => void = () => {};
  #readBefore = 0;
  readonly #knownBytes: number;

  constructor(previous: SharedArrayBuffer, events: BackupEvents, expected: Expected, signal: AbortSignal) {
    const control = makeControlMemory(CREDIT_BYTES);
    this.control = new SharedControl(control);
    this.shared = { control, previous, run: makeDigestMemory(RUN_DIGESTS) };
    this.#events = events;
    this.#knownBytes = expected.knownBytes;
    const totalBytes = expected.unknown.length === 0 ? expected.knownBytes : null;
    this.#progress = { archive: '', readBytes: 0, totalBytes, sentBytes: 0, reusedBytes: 0, files: 0 };
    this.#failed = new Promise((_, reject) => {
      this.#reject = reject;
    });
    this.#failed.catch(() => {}); // whoever waits hears of it
    signal.addEventListener('abort', () =>
      this.fail(new BackupError('CANCELLED', 'The backup was cancelled.')),
    );
    if (signal.aborted) this.fail(new BackupError('CANCELLED', 'The backup was cancelled.'));
  }

  register(archive: number, uploader: IndexUploader): void {
    this.#uploaders.set(archive, uploader);
  }

  /** The first failure counts; it ends everything. */
  fail = (error: unknown): void => {
    this.control.cancel();
    this.#reject(error);
  };

  /** `work`, or the failure of anything else of this backup, whichever comes first. */
  guard<T>(work: Promise<T>): Promise<T> {
    return Promise.race([work, this.#failed]);
  }

  /** Starts a thread; resolves when it has ended by itself. `ports`: those of its data, which move to it. */
  thread(script: Script, workerData: ThreadData, ports: MessagePort[] = []): Promise<void> {
    const url = new URL(`../pipeline/${script}`, import.meta.url);
    const worker = new Worker(url, { workerData, transferList: ports, trackUnmanagedFds: false });
    worker.on('message', (message: PipelineMessage) => this.#hear(message));
    const end = new Promise<void>((resolve) => {
      worker.once('error', (error) => this.fail(error));
      worker.once('exit', () => resolve());
    });
    this.#ends.push(end);
    return end;
  }

  startArchive(name: string): void {
    this.#progress.archive = name;
    this.#readBefore = this.#progress.readBytes;
  }

  /** Bytes that were read outside of the threads. */
  read(bytes: number): void {
    this.#progress.readBytes += bytes;
    this.#tell();
  }

  /** The threads look at `control` before everything that takes time; see `ThreadPool.close` for why they end themselves. */
  async end(): Promise<void> {
    this.control.cancel();
    await Promise.all(this.#ends);
  }

  #hear(message: PipelineMessage): void {
    switch (message.kind) {
      case 'chunk':
        this.#uploaders.get(message.chunk.archive)?.accept(message.chunk);
        return;
      case 'measured':
        this.#progress.totalBytes = this.#knownBytes + message.bytes;
        return;
      case 'read':
        this.read(message.bytes);
        return;
      case 'progress':
        this.totals.set(message.archive, message.totals);
        this.#progress.archive = this.#uploaders.get(message.archive)?.name ?? '';
        this.#progress.readBytes = this.#readBefore + this.#sumOfTrees((totals) => totals.archiveBytes);
        this.#progress.files = this.#sumOfTrees((totals) => totals.files);
        this.#tell();
        return;
      case 'warning':
        this.warnings += 1;
        this.#events.warning?.({ ...message, archive: this.#uploaders.get(message.archive)?.name ?? '' });
        return;
      case 'archive-done':
        if (message.totals) this.totals.set(message.archive, message.totals);
        this.#uploaders.get(message.archive)?.expect(message.chunkCount);
        return;
      case 'failed':
        this.fail(failureOf(message));
    }
  }

  /** Directories are read one after the other, with nothing else between them. */
  #sumOfTrees(pick: (totals: EncodeTotals) => number): number {
    return [...this.totals.values()].reduce((sum, totals) => sum + pick(totals), 0);
  }

  #tell(): void {
    const counts = [...this.#uploaders.values()].map((uploader) => uploader.counts);
    this.#progress.sentBytes = counts.reduce((sum, count) => sum + count.sentBytes, 0);
    this.#progress.reusedBytes = counts.reduce((sum, count) => sum + count.reusedBytes, 0);
    this.#events.progress?.({ ...this.#progress });
  }
}
