import { BackupError } from '#domain/errors.ts';
import type { SweptPart } from '../gc/sweep-counts.ts';
import { type SweepPlace, sweepFiles } from '../gc/sweep-files.ts';
import { inodesOf, type VerifyAnswer, type VerifyPlace, verifyFiles } from '../verify/verify-files.ts';
import { type ChunkFilesPlace, type InsertResult, insertChunkFile } from './chunk-file.ts';
import {
  CHUNK_MAX_BYTES,
  checkBlob,
  decodeBlob,
  inspectBlob,
  STORED_BLOB_MAX_BYTES,
  writeCrc,
} from './data-blob.ts';
import { type Digest, digestOf } from './digest.ts';
import type { ShardMutex } from './shard-mutex.ts';

/** The work that is done in worker threads, one whole chunk at a time. */

export type ChunkJob =
  /** Check an uploaded chunk against what was announced and, where files are reachable, store it. */
  | { kind: 'ingest'; encoded: Uint8Array; digest: Digest; sizeBytes: number; place: ChunkFilesPlace | null }
  /** Unwrap a stored chunk and check it against its digest. `into`: memory of `sizeBytes` for the payload, if there is some. */
  | { kind: 'decode'; encoded: Uint8Array; digest: Digest; sizeBytes: number; into?: Uint8Array }
  /** Unwrap a blob file, whose checksum is in its header. */
  | { kind: 'unpack'; encoded: Uint8Array }
  /** Check a whole blob file: checksum, and the payload as far as it is not encrypted. */
  | { kind: 'check'; encoded: Uint8Array; maxBytes: number }
  /** Look at some chunk directories, and remove what nobody needs. */
  | { kind: 'sweep'; place: SweepPlace }
  /** Read chunk files and look whether they are what their names say. */
  | { kind: 'verify'; place: VerifyPlace }
  | { kind: 'inodes'; place: VerifyPlace };

export type ChunkAnswer =
  /** `encoded`: the blob with the checksum that it must carry; the memory that it came in. */
  | { kind: 'ingested'; insert: InsertResult | null; encoded: Uint8Array }
  /** `spare`: of the memory of the job, what the payload is not a part of. */
  | { kind: 'decoded'; payload: Uint8Array; spare: Uint8Array | null }
  /** `digest` of the file as it is, header included. */
  | { kind: 'checked'; encrypted: boolean; digest: Digest }
  | { kind: 'swept'; part: SweptPart }
  | { kind: 'verified'; answer: VerifyAnswer }
  | { kind: 'inodes'; inodes: Float64Array };

export function runChunkJob(job: ChunkJob, mutex: ShardMutex): ChunkAnswer {
  switch (job.kind) {
    case 'ingest':
      return ingest(job, mutex);
    case 'decode':
      return decode(job);
    case 'unpack':
      return decoded(job.encoded, decodeBlob(job.encoded, { maxBytes: STORED_BLOB_MAX_BYTES }));
    case 'check':
      return { kind: 'checked', ...check(job) };
    case 'sweep':
      return { kind: 'swept', part: sweepFiles(job.place, mutex) };
    case 'verify':
      return { kind: 'verified', answer: verifyFiles(job.place) };
    case 'inodes':
      return { kind: 'inodes', inodes: inodesOf(job.place) };
  }
}

function ingest(job: Extract<ChunkJob, { kind: 'ingest' }>, mutex: ShardMutex): ChunkAnswer {
  const blob = Buffer.from(job.encoded.buffer, job.encoded.byteOffset, job.encoded.byteLength);
  verifyUpload(blob, job.digest, job.sizeBytes);
  // The sender's checksum is not relied on: what is stored carries one of our own.
  writeCrc(blob);
  const insert = job.place === null ? null : insertChunkFile(job.place, job.digest, blob, mutex);
  return { kind: 'ingested', insert, encoded: job.encoded };
}

/** Where payloads are unpacked that only have to be looked at: one after the other in the same memory. */
const scratch = Buffer.allocUnsafeSlow(CHUNK_MAX_BYTES);

/** An encrypted chunk cannot be checked here; its kind keeps it from ever standing in for plain data. */
function verifyUpload(blob: Buffer, digest: Digest, sizeBytes: number): void {
  try {
    if (inspectBlob(blob).encrypted) return;
    const payload = decodeBlob(blob, { maxBytes: sizeBytes, skipCrc: true, into: scratch });
    if (payload.length !== sizeBytes)
      throw invalid(`it holds ${payload.length} bytes, announced were ${sizeBytes}`);
    if (digestOf(payload) !== digest) throw invalid('its content has another digest');
  } catch (error) {
    if (error instanceof BackupError && error.code === 'DATA_CORRUPT') throw invalid(error.message);
    throw error;
  }
}

function invalid(why: string): BackupError {
  return new BackupError('DATA_INVALID', `Chunk refused: ${why}.`);
}

function decode(job: Extract<ChunkJob, { kind: 'decode' }>): ChunkAnswer {
  const into = job.into ?? Buffer.allocUnsafeSlow(job.sizeBytes); // goes over to whoever asked
  const payload = decodeBlob(job.encoded, { maxBytes: job.sizeBytes, into });
  if (payload.length === job.sizeBytes && digestOf(payload) === job.digest)
    return decoded(job.encoded, payload, job.into);
  throw new BackupError(
    'DATA_CORRUPT',
    `Chunk ${job.digest} is damaged: its content does not match its name.`,
  );
}

function decoded(encoded: Uint8Array, payload: Uint8Array, into?: Uint8Array): ChunkAnswer {
  return { kind: 'decoded', payload, spare: payload.buffer === encoded.buffer ? (into ?? null) : encoded };
}

function check(job: Extract<ChunkJob, { kind: 'check' }>): { encrypted: boolean; digest: Digest } {
  const { encrypted } = checkBlob(job.encoded);
  const into = job.maxBytes <= scratch.length ? { into: scratch } : {};
  if (!encrypted) decodeBlob(job.encoded, { maxBytes: job.maxBytes, skipCrc: true, ...into });
  return { encrypted, digest: digestOf(job.encoded) };
}
