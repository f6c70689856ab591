import type { ClientHttp2Session } from 'node:http2';
import { z } from 'zod';
import { BackupError, isBackupError } from '#domain/errors.ts';
import { formatSnapshotPath, type SnapshotRef } from '#domain/ids.ts';
import type { IndexKind } from '#engine/indexes/index-header.ts';
import { type GatewayAddress, openSession } from './open-session.ts';
import { callBytes, callJson } from './request.ts';

/** A running backup on the server, call by call (docs/formats/protocol.md). */
export class BackupApi {
  readonly #session: ClientHttp2Session;

  private constructor(session: ClientHttp2Session) {
    this.#session = session;
  }

  static async open(
    address: GatewayAddress,
    datastore: string,
    snapshot: SnapshotRef,
    signal: AbortSignal,
  ): Promise<BackupApi> {
    const session = await openSession(
      address,
      {
        path: '/api2/json/backup',
        protocol: 'proxmox-backup-protocol-v1',
        query: snapshotQuery(datastore, snapshot),
      },
      signal,
    );
    return new BackupApi(session);
  }

  /** Resolves when the connection is gone, for whatever reason. */
  get closed(): boolean {
    return this.#session.closed || this.#session.destroyed;
  }

  /** Seconds since 1970 of the snapshot to build on; null when there is none. */
  async previousTime(): Promise<number | null> {
    const data = await callJson(this.#session, { method: 'GET', path: '/previous_backup_time' });
    return z.number().nullable().parse(data);
  }

  /** A file of the previous snapshot, whose chunks may then be referred to; null when it has none of that name. */
  async previousFile(name: string): Promise<Buffer | null> {
    try {
      return await callBytes(this.#session, {
        method: 'GET',
        path: '/previous',
        query: { 'archive-name': name },
      });
    } catch (error) {
      if (isBackupError(error, 'NAMESPACE_NOT_FOUND', 'PROTOCOL_VIOLATION')) return null;
      throw error;
    }
  }

  /** `sizeBytes` of a fixed index; null for a dynamic one. Returns the id of the writer. */
  async createIndex(kind: IndexKind, name: string, sizeBytes: number | null): Promise<number> {
    const query = { 'archive-name': name, ...(sizeBytes === null ? {} : { size: sizeBytes }) };
    const data = await callJson(this.#session, { method: 'POST', path: `/${kind}_index`, query });
    return z.number().parse(data);
  }

  async uploadChunk(
    kind: IndexKind,
    writerId: number,
    chunk: { digest: string; sizeBytes: number; blob: Uint8Array },
  ): Promise<void> {
    const query = {
      wid: writerId,
      digest: chunk.digest,
      size: chunk.sizeBytes,
      'encoded-size': chunk.blob.length,
    };
    await callJson(this.#session, { method: 'POST', path: `/${kind}_chunk`, query, octets: chunk.blob });
  }

  async append(kind: IndexKind, writerId: number, digests: string[], offsets: number[]): Promise<void> {
    const json = { wid: writerId, 'digest-list': digests, 'offset-list': offsets };
    await callJson(this.#session, { method: 'PUT', path: `/${kind}_index`, json });
  }

  async closeIndex(
    kind: IndexKind,
    writerId: number,
    claim: { chunkCount: number; sizeBytes: number; checksum: string },
  ): Promise<void> {
    const query = {
      wid: writerId,
      'chunk-count': claim.chunkCount,
      size: claim.sizeBytes,
      csum: claim.checksum,
    };
    await callJson(this.#session, { method: 'POST', path: `/${kind}_close`, query });
  }

  async uploadBlob(name: string, bytes: Uint8Array): Promise<void> {
    const query = { 'file-name': name, 'encoded-size': bytes.length };
    await callJson(this.#session, { method: 'POST', path: '/blob', query, octets: bytes });
  }

  async finish(): Promise<void> {
    await callJson(this.#session, { method: 'POST', path: '/finish' });
  }

  /** Ends the connection. Before `finish` that means: the server removes what there is. */
  close(): void {
    this.#session.destroy();
  }
}

export function snapshotQuery(datastore: string, snapshot: SnapshotRef): Record<string, string> {
  return {
    store: datastore,
    ns: snapshot.namespace,
    'backup-type': snapshot.type,
    'backup-id': snapshot.id,
    'backup-time': String(snapshot.time),
  };
}

export function unexpected(what: string, snapshot: SnapshotRef): BackupError {
  return new BackupError(
    'DATA_CORRUPT',
    `${what} of ${formatSnapshotPath(snapshot)} is not what it should be.`,
  );
}
