import type { ClientHttp2Session } from 'node:http2';
import type { SnapshotRef } from '#domain/ids.ts';
import type { MakeMemory } from '#engine/threads/memory-shelf.ts';
import { snapshotQuery } from './backup-api.ts';
import { type GatewayAddress, openSession } from './open-session.ts';
import { callBytes } from './request.ts';

/** A snapshot that is being read (docs/formats/protocol.md). It cannot be removed while this is open. */
export class ReaderApi {
  readonly #session: ClientHttp2Session;

  private constructor(session: ClientHttp2Session) {
    this.#session = session;
  }

  static async open(
    address: GatewayAddress,
    datastore: string,
    snapshot: SnapshotRef,
    signal: AbortSignal,
  ): Promise<ReaderApi> {
    const session = await openSession(
      address,
      {
        path: '/api2/json/reader',
        protocol: 'proxmox-backup-reader-protocol-v1',
        query: snapshotQuery(datastore, snapshot),
      },
      signal,
    );
    return new ReaderApi(session);
  }

  /** A file as it is stored. After the download of an index its chunks may be asked for. */
  download(name: string): Promise<Buffer> {
    return callBytes(this.#session, { method: 'GET', path: '/download', query: { 'file-name': name } });
  }

  /** A chunk as it is stored: not checked yet. `digest` in hex. */
  chunk(digest: string, memory: MakeMemory): Promise<Buffer> {
    return callBytes(this.#session, { method: 'GET', path: '/chunk', query: { digest }, memory });
  }

  close(): void {
    this.#session.destroy();
  }
}
