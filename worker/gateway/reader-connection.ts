import { BackupError, isBackupError } from '#domain/errors.ts';
import { formatSnapshot, formatSnapshotPath, type SnapshotRef } from '#domain/ids.ts';
import { type AclPath, datastorePath } from '#domain/permissions.ts';
import { owns } from '#domain/principal.ts';
import { formatBytes } from '#domain/units.ts';
import { registerChunks } from '#engine/backup/previous-snapshot.ts';
import { digestToBytes } from '#engine/chunks/digest.ts';
import { DigestMap } from '#engine/chunks/digest-map.ts';
import type { Datastore } from '#engine/datastore.ts';
import { readOwner } from '#engine/hierarchy/groups.ts';
import { fileKey, isFinished } from '#engine/hierarchy/snapshots.ts';
import { isIndexName } from '#engine/indexes/open-index.ts';
import { snapshotPlace } from '#engine/locks/places.ts';
import type { GatewayCaller } from './authenticate.ts';
import { ByteBudget } from './byte-budget.ts';
import { ConnectionTask } from './connection-task.ts';
import { CHUNK_NOT_ALLOWED } from './gateway-error.ts';
import { ANSWERED, type H2Call, type H2Handler, type H2Service, StatusError } from './h2-service.ts';
import { SENDING_BYTES } from './memory-plan.ts';
import { checkRoom, findOwned, type OpenRequest } from './open-request.ts';
import { sendObject } from './send-object.ts';
import { transferMemory } from './transfer-memory.ts';

/** Grants a reader connection (docs/formats/protocol.md): the snapshot cannot be removed while it is open. */
export async function openReader(request: OpenRequest): Promise<H2Service> {
  const { context, caller, parameters } = request;
  const name = parameters.datastore();
  const snapshot = parameters.snapshot();
  const path = datastorePath(name, snapshot.namespace);
  requireReader(caller, path);
  const owned = await findOwned(context, name);
  const store = owned.reader();
  request.checkHeader();
  checkRoom(context);
  await checkOwner(store, snapshot, caller, path);
  const lock = store.locks.shared(snapshotPlace(snapshot), 'restore');
  const operation = owned.begin(`restore of ${formatSnapshotPath(snapshot)}`);
  try {
    if (!(await isFinished(store.backend, snapshot))) {
      throw new BackupError('PROTOCOL_VIOLATION', `snapshot ${formatSnapshot(snapshot)} does not exist.`);
    }
    const input = {
      kind: 'restore' as const,
      datastore: owned.row,
      subject: `${name}:${formatSnapshotPath(snapshot)}`,
      createdBy: caller.principal,
      payload: { snapshot },
    };
    const task = await ConnectionTask.start(context.worker, input, (reason) => operation.abort(reason));
    const connection = new ReaderConnection(store, snapshot, task, context.transfers);
    return {
      routes: connection.routes(),
      signal: operation.signal,
      failed: task.failed,
      recheck: async () => {
        const now = await caller.again();
        requireReader(now, path);
        await checkOwner(store, snapshot, now, path);
      },
      closed: async (reason) => {
        lock.release();
        operation.end();
        await connection.closed(reason, operation.signal.aborted);
      },
    };
  } catch (error) {
    lock.release();
    operation.end();
    throw error;
  }
}

function requireReader(caller: GatewayCaller, path: AclPath): void {
  if (caller.holds(path, 'Datastore.Read', 'Datastore.Backup')) return;
  throw new BackupError('PROTOCOL_VIOLATION', `no permissions on ${path}`);
}

/** Who may read all of it needs to own nothing. */
async function checkOwner(
  store: Datastore,
  snapshot: SnapshotRef,
  caller: GatewayCaller,
  path: AclPath,
): Promise<void> {
  if (caller.holds(path, 'Datastore.Read')) return;
  const owner = await readOwner(store.backend, snapshot);
  if (owner === null || !owns(caller.principal, owner)) {
    throw new BackupError('PROTOCOL_VIOLATION', 'backup owner check failed!');
  }
}

const SPEED_TEST = Buffer.alloc(1024 * 1024, 'A');

class ReaderConnection {
  readonly #store: Datastore;
  readonly #snapshot: SnapshotRef;
  readonly #task: ConnectionTask;
  /** Chunks of the indexes that were downloaded on this connection; nothing else may be asked for. */
  readonly #allowed = new DigestMap();
  /** What is being sent at once to one client, however slowly it reads. */
  readonly #budget: ByteBudget;
  /** Files that the log tells of: once each, however often they are asked for. */
  readonly #named = new Set<string>();
  #sentBytes = 0;

  constructor(store: Datastore, snapshot: SnapshotRef, task: ConnectionTask, transfers: ByteBudget) {
    this.#budget = new ByteBudget(SENDING_BYTES, transfers);
    this.#store = store;
    this.#snapshot = snapshot;
    this.#task = task;
  }

  routes(): ReadonlyMap<string, H2Handler> {
    return new Map<string, H2Handler>([
      ['GET /download', { body: 'raw', run: (call) => this.#download(call) }],
      ['GET /chunk', { body: 'raw', run: (call) => this.#chunk(call) }],
      ['GET /speedtest', { body: 'raw', run: (call) => this.#speedtest(call) }],
      [
        'GET /',
        {
          body: 'parameters',
          run: async () => ['chunk', 'download', 'speedtest'].map((subdir) => ({ subdir })),
        },
      ],
    ]);
  }

  async closed(reason: string, aborted: boolean): Promise<void> {
    const sent = `${formatBytes(this.#sentBytes)} sent.`;
    const { failure } = this.#task;
    if (aborted) await this.#task.end({ state: 'failed', outcome: `${reason} ${sent}` });
    else if (failure !== null) {
      const { code, message } = failure;
      await this.#task.end({ state: 'failed', outcome: `${message} ${sent}`, error: { code, message } });
    } else
      await this.#task.end({ state: 'succeeded', outcome: sent, result: { sentBytes: this.#sentBytes } });
  }

  async #download({ parameters, stream }: H2Call): Promise<typeof ANSWERED> {
    const name = parameters.fileName('file-name');
    const reader = await this.#store.backend.open(fileKey(this.#snapshot, name)).catch((error) => {
      if (!isBackupError(error, 'STORAGE_MISSING')) throw error;
      throw new BackupError('FILE_NOT_FOUND', `open file "${name}" failed - not found`);
    });
    if (isIndexName(name)) {
      await registerChunks(name, reader, this.#allowed).catch(async (error) => {
        await reader.close();
        throw error;
      });
    }
    if (!this.#named.has(name)) this.#task.log('info', `download ${name}`);
    this.#named.add(name);
    this.#sent(reader.sizeBytes);
    await sendObject(stream, reader, this.#budget);
    return ANSWERED;
  }

  async #chunk({ parameters, stream }: H2Call): Promise<typeof ANSWERED> {
    const digest = parameters.digest('digest');
    if (this.#allowed.get(digestToBytes(digest)) === undefined)
      throw new StatusError(CHUNK_NOT_ALLOWED, `download chunk ${digest} not allowed`);
    // The size in an index says nothing about an encrypted chunk: what lies there counts.
    const release = await this.#budget.take((await this.#store.chunks.storedBytes(digest)) ?? 0);
    stream.once('close', release);
    if (stream.destroyed) {
      release(); // it may have closed while it waited
      return ANSWERED;
    }
    const blob = await this.#store.chunks.load(digest, (bytes) => transferMemory.take(bytes));
    if (stream.destroyed) {
      transferMemory.giveBack(blob);
      return ANSWERED;
    }
    // Of a stream that was reset, nobody can tell whether its bytes are still being looked at.
    stream.once('close', () => stream.writableFinished && transferMemory.giveBack(blob));
    this.#sent(blob.length);
    stream.respond({
      ':status': 200,
      'content-type': 'application/octet-stream',
      'content-length': String(blob.length),
    });
    stream.end(blob);
    return ANSWERED;
  }

  async #speedtest({ stream }: H2Call): Promise<typeof ANSWERED> {
    stream.respond({ ':status': 200, 'content-type': 'application/octet-stream' });
    stream.end(SPEED_TEST);
    return ANSWERED;
  }

  #sent(bytes: number): void {
    this.#sentBytes += bytes;
    this.#task.progress('Sending', this.#sentBytes);
  }
}
