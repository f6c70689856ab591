import { createHash, randomBytes } from 'node:crypto';
import { type ArchiveFileName, type BackupId, ROOT_NAMESPACE, type SnapshotRef } from '#domain/ids.ts';
import type { PrincipalId } from '#domain/principal.ts';
import type { BackupSession } from '#engine/backup/backup-session.ts';
import { beginBackup } from '#engine/backup/begin-backup.ts';
import { encodeBlob } from '#engine/chunks/data-blob.ts';
import { type Digest, digestOf, digestToBytes } from '#engine/chunks/digest.ts';
import type { Datastore } from '#engine/datastore.ts';
import { encodeManifest, type ManifestEntry, manifestJson } from '#engine/hierarchy/manifest.ts';

/** The smallest client of a backup session: what the engine's tests back up with. */

export const ALICE = 'alice@ibs' as PrincipalId;
export const TEST_TIME = 1_700_000_000;

export function snapshotRef(id: string, time = TEST_TIME, namespace: string = ROOT_NAMESPACE): SnapshotRef {
  return { namespace: namespace as SnapshotRef['namespace'], type: 'host', id: id as BackupId, time };
}

export function begin(store: Datastore, snapshot: SnapshotRef, caller = ALICE): Promise<BackupSession> {
  return beginBackup(store, { snapshot, caller, benchmark: false, log: () => {} });
}

export function fileName(name: string): ArchiveFileName {
  return name as ArchiveFileName;
}

/** Pieces of a few KiB, as a content-defined chunker would cut them. */
export function randomPieces(count: number, sizeBytes = 3000): Buffer[] {
  return Array.from({ length: count }, () => randomBytes(sizeBytes));
}

export async function uploadPiece(session: BackupSession, writerId: number, piece: Buffer): Promise<Digest> {
  const digest = digestOf(piece);
  const encoded = encodeBlob(piece, { compress: true });
  await session.uploadChunk('dynamic', writerId, { digest, sizeBytes: piece.length, encoded });
  return digest;
}

/** Uploads an archive of pieces and closes its index; `known` digests are only referred to. `sent` hears of the others. */
export async function uploadArchive(
  session: BackupSession,
  name: string,
  pieces: readonly Buffer[],
  known: ReadonlySet<string> = new Set(),
  sent: (digest: Digest) => void = () => {},
): Promise<ManifestEntry> {
  const writerId = await session.createDynamicIndex(fileName(name));
  const hash = createHash('sha256');
  let offset = 0;
  for (const piece of pieces) {
    const digest = digestOf(piece);
    if (!known.has(digest)) sent(await uploadPiece(session, writerId, piece));
    await session.append('dynamic', writerId, [digest], [offset]);
    offset += piece.length;
    const end = Buffer.alloc(8);
    end.writeBigUInt64LE(BigInt(offset));
    hash.update(end).update(digestToBytes(digest));
  }
  const checksum = hash.digest('hex');
  await session.closeIndex('dynamic', writerId, { chunkCount: pieces.length, sizeBytes: offset, checksum });
  return { name: fileName(name), sizeBytes: offset, checksum, cryptMode: 'none' };
}

export async function uploadBlob(
  session: BackupSession,
  name: string,
  payload: Buffer,
): Promise<ManifestEntry> {
  const bytes = encodeBlob(payload, { compress: true });
  await session.addBlob(fileName(name), bytes);
  return { name: fileName(name), sizeBytes: bytes.length, checksum: digestOf(bytes), cryptMode: 'none' };
}

export function manifestBlob(snapshot: SnapshotRef, files: readonly ManifestEntry[]): Buffer {
  return encodeManifest(manifestJson({ snapshot, files }));
}

/** A whole backup of one archive and one blob. */
export async function backUp(
  store: Datastore,
  snapshot: SnapshotRef,
  pieces: readonly Buffer[],
  known?: ReadonlySet<string>,
): Promise<BackupSession> {
  const session = await begin(store, snapshot);
  try {
    if (known && session.previous) await (await session.openPrevious(fileName('root.pxar.didx'))).close();
    const archive = await uploadArchive(session, 'root.pxar.didx', pieces, known);
    const blob = await uploadBlob(session, 'host.conf.blob', Buffer.from('name: test\n'));
    await session.addBlob(fileName('index.json.blob'), manifestBlob(snapshot, [archive, blob]));
    await session.finish();
    return session;
  } finally {
    await session.abort();
  }
}
