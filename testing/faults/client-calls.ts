import { createHash } from 'node:crypto';
import type { BackupProgress } from '#client/backup/backup-events.ts';
import { runBackup } from '#client/backup/run-backup.ts';
import { parseSources } from '#client/backup/sources.ts';
import { BackupApi } from '#client/connection/backup-api.ts';
import type { GatewayAddress } from '#client/connection/open-session.ts';
import { encodeBlob } from '#engine/chunks/data-blob.ts';
import { digestOf, digestToBytes } from '#engine/chunks/digest.ts';
import { fileName, manifestBlob, snapshotRef } from '../session-client.ts';

/** Backups with the real client, whole or call by call. Nothing of the test runner: a process of its own uses it too. */

const NEVER = new AbortController().signal;

export interface BackupTarget {
  address: GatewayAddress;
  name: string;
}

let lastTime = 0;
/** Snapshot times are whole seconds; no two backups of a test have the same. */
export function nextTime(): number {
  lastTime = Math.max(lastTime + 1, Math.floor(Date.now() / 1000) - 3600);
  return lastTime;
}

export interface BackupCall {
  id: string;
  time?: number;
  progress?: (progress: BackupProgress) => void;
}

/** Returns the time of the new snapshot. */
export async function backUp(store: BackupTarget, source: string, call: BackupCall): Promise<number> {
  const time = call.time ?? nextTime();
  await runBackup({
    address: store.address,
    datastore: store.name,
    snapshot: snapshotRef(call.id, time),
    sources: parseSources([`disk.img:${source}`]),
    encode: {},
    events: call.progress ? { progress: call.progress } : {},
    signal: NEVER,
    monotonic: () => performance.now(),
  });
  return time;
}

/** A whole backup of chunks that are as small as one likes. */
export async function backUpPieces(
  store: BackupTarget,
  id: string,
  pieces: readonly Buffer[],
): Promise<number> {
  const backup = await StepwiseBackup.open(store, id);
  try {
    await backup.sendPieces(pieces);
    await backup.api.finish();
    return backup.time;
  } finally {
    backup.close();
  }
}

/** One backup in single steps, so that something can happen between any two. */
export class StepwiseBackup {
  readonly api: BackupApi;
  readonly time: number;
  readonly #id: string;

  private constructor(api: BackupApi, id: string, time: number) {
    this.api = api;
    this.#id = id;
    this.time = time;
  }

  static async open(store: BackupTarget, id: string, time = nextTime()): Promise<StepwiseBackup> {
    const api = await BackupApi.open(store.address, store.name, snapshotRef(id, time), NEVER);
    return new StepwiseBackup(api, id, time);
  }

  /** An archive of one chunk, with its index closed, and the manifest that names it. */
  sendAll(payload: Buffer): Promise<void> {
    return this.sendPieces([payload]);
  }

  /** The same of several chunks. */
  async sendPieces(pieces: readonly Buffer[]): Promise<void> {
    const writer = await this.api.createIndex('dynamic', 'root.pxar.didx', null);
    const hash = createHash('sha256');
    let sizeBytes = 0;
    for (const piece of pieces) {
      const digest = await this.sendChunk(writer, piece);
      await this.api.append('dynamic', writer, [digest], [sizeBytes]);
      sizeBytes += piece.length;
      const end = Buffer.alloc(8);
      end.writeBigUInt64LE(BigInt(sizeBytes));
      hash.update(end).update(digestToBytes(digest));
    }
    const checksum = hash.digest('hex');
    await this.api.closeIndex('dynamic', writer, { chunkCount: pieces.length, sizeBytes, checksum });
    const entry = { name: fileName('root.pxar.didx'), sizeBytes, checksum, cryptMode: 'none' as const };
    await this.api.uploadBlob('index.json.blob', manifestBlob(snapshotRef(this.#id, this.time), [entry]));
  }

  async sendChunk(writer: number, payload: Buffer) {
    const digest = digestOf(payload);
    const blob = encodeBlob(payload, { compress: true });
    await this.api.uploadChunk('dynamic', writer, { digest, sizeBytes: payload.length, blob });
    return digest;
  }

  close(): void {
    this.api.close();
  }
}
