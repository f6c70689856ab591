import * as fs from 'node:fs';
import { availableParallelism } from 'node:os';
import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { BackupError } from '#domain/errors.ts';
import type { ArchiveFileName, SnapshotRef } from '#domain/ids.ts';
import { encodeBlob } from '#engine/chunks/data-blob.ts';
import { digestOf } from '#engine/chunks/digest.ts';
import { encodeManifest, type ManifestEntry, manifestJson } from '#engine/hierarchy/manifest.ts';
import { FIXED_CHUNK_BYTES } from '#engine/indexes/fixed-index-writer.ts';
import { BackupApi } from '../connection/backup-api.ts';
import type { GatewayAddress } from '../connection/open-session.ts';
import { GEAR_TABLE, makeChunkMemory } from '../pipeline/chunk-buffers.ts';
import { writeGearTable } from '../pipeline/gear-chunker.ts';
import type { EncodeOptions } from '../pxar/source-report.ts';
import type { ArchiveSummary, BackupEvents, BackupSummary } from './backup-events.ts';
import { BackupRun } from './backup-run.ts';
import { type Expected, expectedBytes } from './expected-bytes.ts';
import { IndexUploader } from './index-uploader.ts';
import { loadPrevious, type Previous } from './previous-chunks.ts';
import { RunChunks } from './run-chunks.ts';
import { type BackupSource, checkFileSize, checkSources, imageSize } from './sources.ts';

const THREADS_MAX = 4;
/** They wait for the disk, not for the processor. */
const READ_AHEAD_THREADS = 2;
const CATALOG_NAME = 'catalog.pcat1.didx' as ArchiveFileName;

export interface BackupOptions {
  address: GatewayAddress;
  datastore: string;
  snapshot: SnapshotRef;
  sources: readonly BackupSource[];
  encode: Partial<EncodeOptions>;
  events: BackupEvents;
  signal: AbortSignal;
  /** Somebody looks at the progress: directories that are new here are measured, to tell how much is left. */
  measure?: boolean;
  /** Milliseconds from an arbitrary start, for the duration. */
  monotonic: () => number;
}

/**
 * Backs sources up into one new snapshot. Until the server has confirmed the end, nothing of it is visible as a
 * backup; whatever fails or is cancelled before leaves no trace. Errors: SOURCE_NOT_FOUND, SOURCE_UNREADABLE,
 * SERVER_UNREACHABLE, CANCELLED, and the refusals of the server in its own words.
 */
export async function runBackup(options: BackupOptions): Promise<BackupSummary> {
  const started = options.monotonic();
  checkSources(options.sources);
  const api = await BackupApi.open(options.address, options.datastore, options.snapshot, options.signal);
  try {
    const previous = await loadPrevious(api, indexNames(options.sources));
    const expected = expectedBytes(options.sources, previous.manifest);
    const run = new BackupRun(previous.digests, options.events, expected, options.signal);
    if (options.measure) startMeasuring(run, expected, options.encode);
    try {
      const backup = new Backup(options, api, run);
      const { entries, archives } = await run.guard(backup.sendAll());
      const blob = encodeManifest(manifestJson({ snapshot: options.snapshot, files: entries }));
      await run.guard(api.uploadBlob('index.json.blob', blob));
      await run.guard(api.finish());
      return summaryOf(archives, previous, run.warnings, options.monotonic() - started);
    } finally {
      await run.end();
    }
  } finally {
    api.close();
  }
}

function indexNames(sources: readonly BackupSource[]): ArchiveFileName[] {
  const names = sources.filter((source) => source.kind !== 'file').map((source) => source.name);
  return sources.some((source) => source.kind === 'tree') ? [...names, CATALOG_NAME] : names;
}

/** Only of what no earlier snapshot tells, since it looks at every file. */
function startMeasuring(run: BackupRun, { unknown }: Expected, options: BackupOptions['encode']): void {
  if (unknown.length === 0) return;
  void run.thread('measure-thread.ts', { control: run.shared.control, roots: unknown, options });
}

/** One run through all sources: images one after the other, directories in one go, small files at the end. */
class Backup {
  readonly #options: BackupOptions;
  readonly #api: BackupApi;
  readonly #run: BackupRun;
  readonly #chunks = new RunChunks();
  readonly #entries: ManifestEntry[] = [];
  readonly #archives: ArchiveSummary[] = [];
  readonly #threads = Math.min(availableParallelism(), THREADS_MAX);
  #nextArchive = 0;

  constructor(options: BackupOptions, api: BackupApi, run: BackupRun) {
    this.#options = options;
    this.#api = api;
    this.#run = run;
  }

  async sendAll(): Promise<{ entries: ManifestEntry[]; archives: ArchiveSummary[] }> {
    const { sources } = this.#options;
    for (const source of sources)
      if (source.kind === 'image') await this.#sendImage(source.name, source.path);
    await this.#sendTrees(sources.filter((source) => source.kind === 'tree'));
    for (const source of sources) if (source.kind === 'file') await this.#sendFile(source.name, source.path);
    return { entries: this.#entries, archives: this.#archives };
  }

  async #sendImage(name: ArchiveFileName, path: string): Promise<void> {
    const sizeBytes = imageSize(path);
    if (sizeBytes === 0) throw new BackupError('SOURCE_UNREADABLE', `${path} is empty.`);
    const { archive, uploader } = await this.#open('fixed', name, sizeBytes);
    uploader.expect(Math.ceil(sizeBytes / FIXED_CHUNK_BYTES));
    const image = { source: 'image', archive, path, sizeBytes, chunkBytes: FIXED_CHUNK_BYTES } as const;
    this.#run.control.restartNumbers();
    const threads = Array.from({ length: this.#threads }, () =>
      this.#run.thread('hash-thread.ts', { ...this.#run.shared, ...image }),
    );
    await Promise.all(threads);
    await this.#close(archive, uploader);
  }

  async #sendTrees(trees: readonly BackupSource[]): Promise<void> {
    const [first] = trees;
    if (!first) return;
    const buffers = makeChunkMemory(this.#threads + 3);
    writeGearTable(buffers.memory, GEAR_TABLE);
    const opened = [];
    for (const tree of trees)
      opened.push({ ...(await this.#open('dynamic', tree.name, null)), path: tree.path });
    const catalog = await this.#open('dynamic', CATALOG_NAME, null);
    const archives = opened.map(({ archive, uploader, path }) => ({ archive, name: uploader.name, path }));
    const hashing = Array.from({ length: this.#threads }, () =>
      this.#run.thread('hash-thread.ts', { ...this.#run.shared, source: 'stream', buffers }),
    );
    const readAhead = Array.from({ length: READ_AHEAD_THREADS }, () => this.#startReadAhead());
    const encodeData = {
      ...this.#run.shared,
      buffers,
      archives,
      catalog: catalog.archive,
      options: this.#options.encode,
      readAhead,
    };
    const encoding = this.#run.thread('encode-thread.ts', encodeData, readAhead);
    await Promise.all([encoding, ...hashing]);
    for (const { archive, uploader } of [...opened, catalog]) await this.#close(archive, uploader);
  }

  /** The end of the channel that the encoding thread speaks to. */
  #startReadAhead(): MessagePort {
    const { port1, port2 } = new MessageChannel();
    const data = { control: this.#run.shared.control, port: port2 };
    void this.#run.thread('read-ahead-thread.ts', data, [port2]);
    return port1;
  }

  /** A small file as a blob, whole. */
  async #sendFile(name: ArchiveFileName, path: string): Promise<void> {
    this.#run.startArchive(name);
    checkFileSize(path, fs.statSync(path).size);
    const payload = fs.readFileSync(path);
    const bytes = encodeBlob(payload, { compress: true });
    await this.#api.uploadBlob(name, bytes);
    this.#run.read(payload.length);
    this.#entries.push({ name, cryptMode: 'none', sizeBytes: bytes.length, checksum: digestOf(bytes) });
    const counts = { chunks: 0, sentChunks: 0, sentBytes: bytes.length, reusedBytes: 0 };
    this.#archives.push({ name, sizeBytes: payload.length, totals: null, ...counts });
  }

  async #open(kind: 'fixed' | 'dynamic', name: ArchiveFileName, sizeBytes: number | null) {
    this.#run.startArchive(name);
    const archive = this.#nextArchive;
    this.#nextArchive += 1;
    const { control, fail } = this.#run;
    const uploader = await IndexUploader.open({
      api: this.#api,
      kind,
      name,
      sizeBytes,
      control,
      run: this.#chunks,
      fail,
    });
    this.#run.register(archive, uploader);
    return { archive, uploader };
  }

  async #close(archive: number, uploader: IndexUploader): Promise<void> {
    const entry = await uploader.finish();
    this.#entries.push(entry);
    const totals = this.#run.totals.get(archive) ?? null;
    this.#archives.push({ name: uploader.name, sizeBytes: entry.sizeBytes, totals, ...uploader.counts });
  }
}

function summaryOf(
  archives: ArchiveSummary[],
  previous: Previous,
  warnings: number,
  durationMs: number,
): BackupSummary {
  const sum = (pick: (archive: ArchiveSummary) => number) =>
    archives.reduce((total, archive) => total + pick(archive), 0);
  return {
    previousTime: previous.time,
    archives,
    sizeBytes: sum((archive) => archive.sizeBytes),
    sentBytes: sum((archive) => archive.sentBytes),
    reusedBytes: sum((archive) => archive.reusedBytes),
    warnings,
    durationMs,
  };
}
