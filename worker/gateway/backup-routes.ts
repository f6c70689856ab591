import { BackupError } from '#domain/errors.ts';
import { CHUNK_MAX_BYTES, ENCODED_CHUNK_MAX_BYTES } from '#engine/chunks/data-blob.ts';
import type { IndexKind } from '#engine/indexes/index-header.ts';
import type { BackupConnection } from './backup-connection.ts';
import { ByteBudget } from './byte-budget.ts';
import { ANSWERED, type H2Call, type H2Handler } from './h2-service.ts';
import { PREVIOUS_BYTES, UPLOAD_BYTES } from './memory-plan.ts';
import { consume, readSized } from './request-body.ts';
import { sendObject } from './send-object.ts';
import { transferMemory } from './transfer-memory.ts';

/** The calls of the backup protocol (docs/formats/protocol.md): parse, call the session, answer. */

const CHUNK_MIN_ENCODED = 13;
const BLOB_MIN_ENCODED = 12;
const WRITERS_MAX = 256;

export function backupRoutes(
  connection: BackupConnection,
  transfers: ByteBudget,
): ReadonlyMap<string, H2Handler> {
  const { session } = connection;
  const budget = new ByteBudget(UPLOAD_BYTES, transfers);
  const sending = new ByteBudget(PREVIOUS_BYTES, transfers);
  const plain = (run: (call: H2Call) => Promise<unknown>): H2Handler => ({ body: 'parameters', run });
  const raw = (run: (call: H2Call) => Promise<unknown>): H2Handler => ({ body: 'raw', run });
  return new Map<string, H2Handler>([
    [
      'POST /dynamic_index',
      plain(({ parameters }) => session.createDynamicIndex(parameters.fileName('archive-name'))),
    ],
    ['POST /fixed_index', plain((call) => createFixed(connection, call))],
    ['POST /dynamic_chunk', raw((call) => uploadChunk(connection, 'dynamic', call, budget))],
    ['POST /fixed_chunk', raw((call) => uploadChunk(connection, 'fixed', call, budget))],
    ['PUT /dynamic_index', plain((call) => append(connection, 'dynamic', call))],
    ['PUT /fixed_index', plain((call) => append(connection, 'fixed', call))],
    ['POST /dynamic_close', plain((call) => close(connection, 'dynamic', call))],
    ['POST /fixed_close', plain((call) => close(connection, 'fixed', call))],
    ['POST /blob', raw((call) => uploadBlob(connection, call, budget))],
    ['GET /previous', raw((call) => sendPrevious(connection, call, sending))],
    ['GET /previous_backup_time', plain(async () => session.previous?.time ?? null)],
    ['POST /speedtest', raw((call) => speedtest(call))],
    ['POST /finish', plain(() => connection.finish())],
    ['GET /', plain(async () => SUBPATHS.map((subdir) => ({ subdir })))],
  ]);
}

const SUBPATHS = [
  'blob',
  'dynamic_chunk',
  'dynamic_close',
  'dynamic_index',
  'finish',
  'fixed_chunk',
  'fixed_close',
  'fixed_index',
  'previous',
  'previous_backup_time',
  'speedtest',
];

function createFixed(connection: BackupConnection, { parameters }: H2Call): Promise<number> {
  const size = parameters.optionalInteger('size', 1) ?? null;
  const reuse = parameters.optionalText('reuse-csum') === undefined ? null : parameters.digest('reuse-csum');
  return connection.session.createFixedIndex(parameters.fileName('archive-name'), size, reuse);
}

/** The body goes into memory that moves to a worker thread and back; the event loop only copies. */
async function uploadChunk(
  connection: BackupConnection,
  kind: IndexKind,
  { parameters, stream }: H2Call,
  budget: ByteBudget,
): Promise<string> {
  const writerId = parameters.integer('wid', 1, WRITERS_MAX);
  const digest = parameters.digest('digest');
  const sizeBytes = parameters.integer('size', 1, CHUNK_MAX_BYTES);
  const encodedBytes = parameters.integer('encoded-size', CHUNK_MIN_ENCODED, ENCODED_CHUNK_MAX_BYTES);
  let release = () => {};
  try {
    const encoded = await readSized(stream, encodedBytes, async () => {
      release = await budget.take(encodedBytes);
      return transferMemory.take(encodedBytes);
    });
    connection.received(encodedBytes);
    transferMemory.giveBack(
      await connection.session.uploadChunk(kind, writerId, { digest, sizeBytes, encoded }),
    );
    return digest;
  } finally {
    release();
  }
}

async function append(connection: BackupConnection, kind: IndexKind, { parameters }: H2Call): Promise<void> {
  const writerId = parameters.integer('wid', 1, WRITERS_MAX);
  const digests = parameters.digests('digest-list');
  const offsets = parameters.integers('offset-list', 0);
  await connection.session.append(kind, writerId, digests, offsets);
}

async function close(connection: BackupConnection, kind: IndexKind, { parameters }: H2Call): Promise<void> {
  const least = kind === 'dynamic' ? 1 : 0;
  await connection.session.closeIndex(kind, parameters.integer('wid', 1, WRITERS_MAX), {
    chunkCount: parameters.integer('chunk-count', least),
    sizeBytes: parameters.integer('size', least),
    checksum: parameters.digest('csum'),
  });
}

async function uploadBlob(
  connection: BackupConnection,
  { parameters, stream }: H2Call,
  budget: ByteBudget,
): Promise<void> {
  const name = parameters.fileName('file-name');
  const encodedBytes = parameters.integer('encoded-size', BLOB_MIN_ENCODED, ENCODED_CHUNK_MAX_BYTES);
  let release = () => {};
  try {
    const bytes = await readSized(stream, encodedBytes, async () => {
      release = await budget.take(encodedBytes);
      return Buffer.alloc(encodedBytes);
    });
    connection.received(encodedBytes);
    await connection.session.addBlob(name, bytes);
  } catch (error) {
    if (!(error instanceof BackupError) || error.code !== 'DATA_CORRUPT') throw error;
    throw new BackupError('DATA_INVALID', `blob '${name}' refused: ${error.message}`);
  } finally {
    release();
  }
}

async function sendPrevious(
  connection: BackupConnection,
  { parameters, stream }: H2Call,
  budget: ByteBudget,
): Promise<typeof ANSWERED> {
  const reader = await connection.session.openPrevious(parameters.fileName('archive-name'));
  await sendObject(stream, reader, budget);
  return ANSWERED;
}

async function speedtest({ stream }: H2Call): Promise<null> {
  await consume(stream, () => null);
  return null;
}
