import { createHash } from 'node:crypto';
import { isBackupError } from '#domain/errors.ts';
import type { SnapshotRef } from '#domain/ids.ts';
import { formatBytes } from '#domain/units.ts';
import type { ObjectReader } from '../backends/backend.ts';
import { BLOB_HEADER_MAX_BYTES, STORED_BLOB_MAX_BYTES } from '../chunks/data-blob.ts';
import type { Digest } from '../chunks/digest.ts';
import type { Datastore } from '../datastore.ts';
import { CLIENT_LOG_NAME, MANIFEST_NAME, PROTECTED_NAME, snapshotKey } from '../hierarchy/layout.ts';
import type { Manifest, ManifestEntry } from '../hierarchy/manifest.ts';
import { fileKey, isFinished, readManifest } from '../hierarchy/snapshots.ts';
import { isIndexName, openIndex } from '../indexes/open-index.ts';
import type { IndexChecker, Problem } from './chunk-audit.ts';
import { isKnownInSnapshot } from './hierarchy-audit.ts';
import type { KnownNames } from './known-names.ts';

const BLOB_MAX_BYTES = STORED_BLOB_MAX_BYTES + BLOB_HEADER_MAX_BYTES;
const PIECE_BYTES = 1024 * 1024;

export interface DamagedPlace {
  snapshot: SnapshotRef;
  file: string;
  digest: Digest;
}

export interface SnapshotAuditOptions {
  /** Hears how many entries of indexes were looked at since it was last called. */
  looked: (entries: number) => void;
  /** Hears once of each chunk that is damaged or missing. */
  damaged: (place: DamagedPlace) => Promise<void>;
}

/** Holds one finished snapshot after the other against its manifest. */
export class SnapshotAudit {
  readonly #store: Datastore;
  readonly #names: KnownNames;
  readonly #chunks: IndexChecker;
  readonly #options: SnapshotAuditOptions;

  constructor(store: Datastore, names: KnownNames, chunks: IndexChecker, options: SnapshotAuditOptions) {
    this.#store = store;
    this.#names = names;
    this.#chunks = chunks;
    this.#options = options;
  }

  /** What is wrong with it; null when it was removed while we looked. */
  async check(snapshot: SnapshotRef): Promise<Problem[] | null> {
    const problems = await this.#problems(snapshot);
    if (problems === null || problems.length === 0) return problems;
    return (await isFinished(this.#store.backend, snapshot)) ? problems : null;
  }

  async #problems(snapshot: SnapshotRef): Promise<Problem[] | null> {
    let manifest: Manifest;
    try {
      manifest = await readManifest(this.#store.backend, snapshot);
    } catch (error) {
      if (isBackupError(error, 'SNAPSHOT_UNFINISHED')) return null;
      if (!isBackupError(error, 'DATA_CORRUPT', 'STORAGE_DENIED')) throw error;
      await this.#names.of(snapshotKey(snapshot), isKnownInSnapshot);
      return [{ code: 'manifest-damaged', what: error.message }];
    }
    await this.#checkNames(snapshot, manifest);
    const problems: Problem[] = [];
    for (const file of manifest.files) problems.push(...(await this.#file(snapshot, file)));
    return problems;
  }

  async #checkNames(snapshot: SnapshotRef, { files }: Manifest): Promise<void> {
    const named = new Set<string>([MANIFEST_NAME, CLIENT_LOG_NAME, PROTECTED_NAME]);
    for (const { name } of files) named.add(name);
    const isKnown = ({ name }: { name: string }) => named.has(name);
    await this.#names.of(snapshotKey(snapshot), isKnown, { index: 'file-unnamed', file: 'file-unnamed' });
  }

  async #file(snapshot: SnapshotRef, file: ManifestEntry): Promise<Problem[]> {
    try {
      const reader = await this.#store.backend.open(fileKey(snapshot, file.name));
      try {
        const check = isIndexName(file.name)
          ? this.#index(snapshot, file, reader)
          : blobProblems(file, reader);
        return await check;
      } finally {
        await reader.close();
      }
    } catch (error) {
      if (isBackupError(error, 'STORAGE_MISSING'))
        return [{ code: 'file-missing', what: `${file.name} is missing.` }];
      if (!isBackupError(error, 'DATA_CORRUPT', 'STORAGE_DENIED')) throw error;
      return [{ code: 'file-damaged', what: `${file.name}: ${error.message}` }];
    }
  }

  async #index(snapshot: SnapshotRef, file: ManifestEntry, reader: ObjectReader): Promise<Problem[]> {
    const index = await openIndex(file.name, reader);
    if (index.sizeBytes !== file.sizeBytes || (await index.checksum()) !== file.checksum)
      return [differs(file)];
    const encrypted = file.cryptMode === 'encrypt';
    const { problems, found } = await this.#chunks.check(index, encrypted, this.#options.looked);
    for (const digest of found) await this.#options.damaged({ snapshot, file: file.name, digest });
    return problems.map(({ code, what }) => ({ code, what: `${file.name}: ${what}` }));
  }
}

/** Read in pieces, and only what a blob may be: a manifest may claim any size. */
async function blobProblems(file: ManifestEntry, reader: ObjectReader): Promise<Problem[]> {
  if (reader.sizeBytes !== file.sizeBytes) return [differs(file)];
  if (reader.sizeBytes > BLOB_MAX_BYTES) {
    const most = formatBytes(STORED_BLOB_MAX_BYTES);
    return [{ code: 'file-damaged', what: `${file.name} is larger than the ${most} that a blob may have.` }];
  }
  return (await checksumOf(reader)) === file.checksum ? [] : [differs(file)];
}

async function checksumOf(reader: ObjectReader): Promise<string> {
  const hash = createHash('sha256');
  const buffer = Buffer.alloc(Math.min(PIECE_BYTES, reader.sizeBytes));
  for (let at = 0; at < reader.sizeBytes; at += buffer.length) {
    const piece = buffer.subarray(0, reader.sizeBytes - at);
    await reader.read(piece, at);
    hash.update(piece);
  }
  return hash.digest('hex');
}

function differs(file: ManifestEntry): Problem {
  return { code: 'file-damaged', what: `${file.name} is not what the manifest says.` };
}
