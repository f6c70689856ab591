import { expect } from 'vitest';
import {
  CHUNK_BYTES,
  dynamicChecksum,
  fixedChecksum,
  type ManifestFile,
  manifestBlob,
  type Piece,
  plainBlob,
  sha256,
} from './wire-blobs.ts';
import type { WireAnswer, WireSession } from './wire-session.ts';

/** The calls of a backup as a client of another make would send them, and whole archives out of them. */

type Kind = 'dynamic' | 'fixed';

export function createIndex(
  session: WireSession,
  kind: Kind,
  name: string,
  more: Record<string, string | number> = {},
): Promise<WireAnswer> {
  return session.call('POST', `/${kind}_index`, { query: { 'archive-name': name, ...more } });
}

export function uploadChunk(
  session: WireSession,
  kind: Kind,
  wid: unknown,
  { payload, digest, blob }: Piece,
  more: Record<string, string | number> = {},
): Promise<WireAnswer> {
  const query = { wid: Number(wid), digest, size: payload.length, 'encoded-size': blob.length, ...more };
  return session.call('POST', `/${kind}_chunk`, { query, body: blob });
}

export function append(
  session: WireSession,
  kind: Kind,
  wid: unknown,
  digests: readonly string[],
  offsets: readonly number[],
): Promise<WireAnswer> {
  return session.call('PUT', `/${kind}_index`, {
    json: { wid, 'digest-list': digests, 'offset-list': offsets },
  });
}

export function closeIndex(
  session: WireSession,
  kind: Kind,
  wid: unknown,
  claim: { count: number; size: number; csum: string },
): Promise<WireAnswer> {
  const query = { wid: Number(wid), 'chunk-count': claim.count, size: claim.size, csum: claim.csum };
  return session.call('POST', `/${kind}_close`, { query });
}

export function sendBlob(session: WireSession, name: string, blob: Uint8Array): Promise<WireAnswer> {
  const query = { 'file-name': name, 'encoded-size': blob.length };
  return session.call('POST', '/blob', { query, body: blob });
}

export function finish(session: WireSession): Promise<WireAnswer> {
  return session.call('POST', '/finish');
}

/** Everything that must be answered with 200. */
export async function granted(answer: Promise<WireAnswer>): Promise<WireAnswer> {
  const { status, text, ...rest } = await answer;
  expect({ status, text: status === 200 ? '' : text }).toEqual({ status: 200, text: '' });
  return { status, text, ...rest };
}

/** A dynamic archive of these pieces. `known` ones are only referred to. */
export async function sendArchive(
  session: WireSession,
  name: string,
  pieces: readonly Piece[],
  known: readonly Piece[] = [],
): Promise<ManifestFile> {
  const { data: wid } = await granted(createIndex(session, 'dynamic', name));
  let offset = 0;
  const offsets: number[] = [];
  for (const each of pieces) {
    if (!known.includes(each)) await granted(uploadChunk(session, 'dynamic', wid, each));
    offsets.push(offset);
    offset += each.payload.length;
  }
  await granted(
    append(
      session,
      'dynamic',
      wid,
      pieces.map(({ digest }) => digest),
      offsets,
    ),
  );
  const csum = dynamicChecksum(pieces);
  await granted(closeIndex(session, 'dynamic', wid, { count: pieces.length, size: offset, csum }));
  return { filename: name, size: offset, csum };
}

/** A fixed image of these chunks, each 4 MiB but the last. */
export async function sendImage(
  session: WireSession,
  name: string,
  pieces: readonly Piece[],
): Promise<ManifestFile> {
  const size = pieces.reduce((sum, { payload }) => sum + payload.length, 0);
  const { data: wid } = await granted(createIndex(session, 'fixed', name, { size }));
  const sent = new Set<string>();
  for (const each of pieces) {
    if (!sent.has(each.digest)) await granted(uploadChunk(session, 'fixed', wid, each));
    sent.add(each.digest);
  }
  const digests = pieces.map(({ digest }) => digest);
  const offsets = pieces.map((_, position) => position * CHUNK_BYTES);
  await granted(append(session, 'fixed', wid, digests, offsets));
  const csum = fixedChecksum(digests);
  await granted(closeIndex(session, 'fixed', wid, { count: pieces.length, size, csum }));
  return { filename: name, size, csum };
}

export async function sendFile(session: WireSession, name: string, payload: Buffer): Promise<ManifestFile> {
  const blob = plainBlob(payload);
  await granted(sendBlob(session, name, blob));
  return { filename: name, size: blob.length, csum: sha256(blob) };
}

/** Manifest and end of a backup. */
export async function complete(
  session: WireSession,
  snapshot: { id: string; time: number; type?: string },
  files: readonly ManifestFile[],
): Promise<void> {
  await granted(sendBlob(session, 'index.json.blob', manifestBlob({ ...snapshot, files })));
  await granted(finish(session));
}
