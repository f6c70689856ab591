import { asBackupError, type BackupError } from '#domain/errors.ts';
import { formatSnapshotPath, type SnapshotRef } from '#domain/ids.ts';
import { datastorePath } from '#domain/permissions.ts';
import { formatBytes, formatDuration } from '#domain/units.ts';
import type { TaskEnd } from '#drizzle/tasks.ts';
import type { BackupSession } from '#engine/backup/backup-session.ts';
import { beginBackup } from '#engine/backup/begin-backup.ts';
import { queueVerification } from '../catalog/verify-new.ts';
import { refreshSnapshot } from '../catalog/write-catalog.ts';
import type { Operation } from '../operations.ts';
import type { OwnedDatastore } from '../owned-datastore.ts';
import { type GatewayCaller, requireHeld } from './authenticate.ts';
import { backupRoutes } from './backup-routes.ts';
import { ConnectionTask } from './connection-task.ts';
import type { GatewayContext } from './gateway-context.ts';
import type { H2Service } from './h2-service.ts';
import { checkRoom, findOwned, type OpenRequest } from './open-request.ts';

/** How long the answer to `finish` may wait for the lists; the backup itself is safe by then. */
const CATALOG_WAIT_MS = 3000;

/** Grants a backup connection (docs/formats/protocol.md): every check comes before anything is made. */
export async function openBackup(request: OpenRequest): Promise<H2Service> {
  const { context, caller, parameters } = request;
  const name = parameters.datastore();
  const snapshot = parameters.snapshot();
  const benchmark = parameters.boolean('benchmark');
  const check = (by: GatewayCaller) =>
    requireHeld(by, datastorePath(name, snapshot.namespace), 'Datastore.Backup');
  check(caller);
  const owned = await findOwned(context, name);
  const store = owned.writer();
  request.checkHeader();
  checkRoom(context);
  const lines: Parameters<ConnectionTask['log']>[] = [];
  let log: ConnectionTask['log'] = (...line) => void lines.push(line);
  const session = await beginBackup(store, {
    snapshot,
    caller: caller.principal,
    benchmark,
    log: (level, text) => log(level, text),
  });
  const operation = owned.begin(`backup of ${formatSnapshotPath(snapshot)}`);
  try {
    const input = {
      kind: 'backup' as const,
      datastore: owned.row,
      subject: `${name}:${formatSnapshotPath(snapshot)}`,
      createdBy: caller.principal,
      payload: { snapshot, benchmark },
    };
    const task = await ConnectionTask.start(context.worker, input, (reason) => operation.abort(reason));
    log = task.log;
    for (const line of lines) task.log(...line);
    task.log('info', `starting new backup of ${formatSnapshotPath(snapshot)} by ${caller.principal}`);
    const connection = new BackupConnection(
      context,
      owned,
      session,
      operation,
      task,
      caller.principal,
      benchmark,
    );
    await connection.begin();
    return {
      routes: backupRoutes(connection, context.transfers),
      closed: (reason) => connection.closed(reason),
      recheck: async () => check(await caller.again()),
      failed: task.failed,
      signal: operation.signal,
    };
  } catch (error) {
    await session.abort();
    operation.end();
    throw error;
  }
}

/** One running backup with everything that hangs on it outside of the engine. */
export class BackupConnection {
  readonly session: BackupSession;
  readonly #context: GatewayContext;
  readonly #owned: OwnedDatastore;
  readonly #operation: Operation;
  readonly #task: ConnectionTask;
  readonly #principal: string;
  readonly #benchmark: boolean;
  readonly #startedAt: number;
  #receivedBytes = 0;
  /** What became of listing the finished backup; null before it is finished. */
  #recorded: Promise<boolean> | null = null;
  #counted = false;
  /** The outcome of the finished backup on its way into the task; null before it is finished. */
  #told: Promise<void> | null = null;

  constructor(
    context: GatewayContext,
    owned: OwnedDatastore,
    session: BackupSession,
    operation: Operation,
    task: ConnectionTask,
    principal: string,
    benchmark: boolean,
  ) {
    this.#context = context;
    this.#owned = owned;
    this.session = session;
    this.#operation = operation;
    this.#task = task;
    this.#principal = principal;
    this.#benchmark = benchmark;
    this.#startedAt = context.worker.clock.monotonic();
  }

  get snapshot(): SnapshotRef {
    return this.session.snapshot;
  }

  received(bytes: number): void {
    this.#receivedBytes += bytes;
    this.#owned.receivedBytes += bytes;
    this.#task.progress('Receiving', this.#receivedBytes);
  }

  /** From now on the lists show the backup as one that is not finished. */
  async begin(): Promise<void> {
    await this.#list();
  }

  /** Finishes the backup; when it returns, the backup is safe, and listed with its task if the database is there. */
  async finish(): Promise<void> {
    await this.session.finish();
    if (!this.session.finished) return; // a speed test
    this.#recorded = this.#record();
    this.#told = this.#recorded.then(() => this.#task.end(this.#success()));
    this.#told.catch(() => {}); // heard by `closed`
    const patience = new Promise<void>((resolve) => setTimeout(resolve, CATALOG_WAIT_MS).unref());
    await Promise.race([this.#told, patience]);
  }

  /** False when the lists could not follow. */
  async #record(): Promise<boolean> {
    const { db, queue } = this.#context.worker;
    const { id } = this.#owned;
    const listed = await this.#attempt(() =>
      refreshSnapshot(db, this.#owned.reader(), id, this.snapshot, async (tx) => {
        if (this.session.finished) await queueVerification(tx, queue, id, this.snapshot);
      }),
    );
    return (await this.#attempt(() => this.#count())) && listed;
  }

  #list(): Promise<boolean> {
    const { db } = this.#context.worker;
    return this.#attempt(() => refreshSnapshot(db, this.#owned.reader(), this.#owned.id, this.snapshot));
  }

  /** What was stored is there, also if the backup came to nothing. */
  async #count(): Promise<void> {
    if (this.#counted) return;
    await this.#owned.noteChunks();
    this.#counted = true;
    const { flushedAt } = this.session;
    if (flushedAt !== null && this.#owned.reader().syncLevel !== 'none')
      await this.#owned.noteSync(flushedAt);
  }

  /** The rows only copy what the datastore says: if the database is away, the next reconciliation makes up for it. */
  async #attempt(work: () => Promise<void>): Promise<boolean> {
    try {
      await work();
      return true;
    } catch (error) {
      const snapshot = formatSnapshotPath(this.snapshot);
      this.#context.worker.log.warn({ err: error, snapshot }, 'the lists could not follow a backup yet');
      return false;
    }
  }

  /** The connection is gone: what is not finished is removed, and the task gets its outcome. */
  async closed(reason: string): Promise<void> {
    const failure = await this.session.abort().then(
      () => null,
      (error) => asBackupError(error),
    );
    if (!(await this.#recorded)) await this.#record();
    this.#operation.end();
    if (this.#told) return this.#told;
    await this.#task.end(failure === null ? this.#failure(reason) : this.#leftBehind(failure));
  }

  #leftBehind(error: BackupError): TaskEnd {
    const { code, message } = error;
    this.#context.worker.log.error({ err: error }, 'an unfinished backup could not be removed');
    const outcome = `The unfinished backup could not be removed: ${message}`;
    return { state: 'failed', outcome, error: { code, message: outcome } };
  }

  #success(): TaskEnd {
    this.#task.log('info', 'backup finished successfully');
    const { statistics, sizeBytes } = this.session;
    const tookMs = this.#context.worker.clock.monotonic() - this.#startedAt;
    const outcome = `${formatBytes(sizeBytes)} backed up in ${formatDuration(tookMs)}: ${statistics.addedChunks} new chunks, ${formatBytes(Math.max(statistics.addedBytes, 0))} stored.`;
    const result = {
      ...statistics,
      logicalBytes: sizeBytes,
      durationMs: Math.round(tookMs),
      createdBy: this.#principal,
    };
    return { state: 'succeeded', outcome, result };
  }

  #failure(reason: string): TaskEnd {
    if (this.#benchmark) return { state: 'succeeded', outcome: 'The benchmark has ended; nothing was kept.' };
    const { failure } = this.#task;
    const outcome = `The backup ended before it was finished and was removed. ${failure?.message ?? reason}`;
    const hint = failure?.hint === undefined ? {} : { hint: failure.hint };
    const error = { code: failure?.code ?? ('TASK_FAILED' as const), message: outcome, ...hint };
    return { state: 'failed', outcome, error };
  }
}
