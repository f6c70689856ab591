import { BackupError, isBackupError } from '#domain/errors.ts';
import {
  formatSnapshotPath,
  type GroupRef,
  parseArchiveFileName,
  parseSnapshotTime,
  type SnapshotRef,
} from '#domain/ids.ts';
import type { SnapshotFile } from '#domain/snapshot.ts';
import type { ObjectSource } from '../backends/backend.ts';
import { below, CLIENT_LOG_NAME, groupKey, MANIFEST_NAME, PROTECTED_NAME, snapshotKey } from './layout.ts';
import { MANIFEST_MAX_BYTES, type Manifest, parseManifest } from './manifest.ts';
import { listOrNothing } from './namespaces.ts';

/** The snapshots of a group, newest first; foreign and hidden names are skipped. */
export async function listSnapshots(backend: ObjectSource, group: GroupRef): Promise<SnapshotRef[]> {
  const entries = await listOrNothing(backend, groupKey(group));
  return entries
    .flatMap((entry) => {
      const time = parseSnapshotTime(entry.name);
      return entry.kind === 'directory' && time.ok ? [{ ...group, time: time.value }] : [];
    })
    .sort((a, b) => b.time - a.time);
}

/** Finished means that the manifest is there; it comes last and goes first (docs/formats/datastore.md). */
export async function isFinished(backend: ObjectSource, snapshot: SnapshotRef): Promise<boolean> {
  return (await backend.stat(manifestKey(snapshot))) !== undefined;
}

export function manifestKey(snapshot: SnapshotRef): string {
  return below(snapshotKey(snapshot), MANIFEST_NAME);
}

export function fileKey(snapshot: SnapshotRef, name: string): string {
  return below(snapshotKey(snapshot), name);
}

/** SNAPSHOT_UNFINISHED without a manifest, DATA_CORRUPT with a damaged one or that of another snapshot. */
export async function readManifest(backend: ObjectSource, snapshot: SnapshotRef): Promise<Manifest> {
  const manifest = parseOf(snapshot, await readManifestBlob(backend, snapshot));
  const same =
    manifest.type === snapshot.type && manifest.id === snapshot.id && manifest.time === snapshot.time;
  if (same) return manifest;
  throw new BackupError('DATA_CORRUPT', damagedManifest(snapshot, 'it belongs to another snapshot.'));
}

function parseOf(snapshot: SnapshotRef, bytes: Uint8Array): Manifest {
  try {
    return parseManifest(bytes);
  } catch (error) {
    if (!isBackupError(error, 'DATA_CORRUPT')) throw error;
    throw new BackupError('DATA_CORRUPT', damagedManifest(snapshot, error.message), { cause: error });
  }
}

function damagedManifest(snapshot: SnapshotRef, why: string): string {
  return `The manifest of ${formatSnapshotPath(snapshot)} cannot be used: ${why}`;
}

export async function readManifestBlob(backend: ObjectSource, snapshot: SnapshotRef): Promise<Uint8Array> {
  try {
    return await backend.get(manifestKey(snapshot), MANIFEST_MAX_BYTES);
  } catch (error) {
    if (!isBackupError(error, 'STORAGE_MISSING')) throw error;
    throw new BackupError('SNAPSHOT_UNFINISHED', `Snapshot ${formatSnapshotPath(snapshot)} is not finished.`);
  }
}

export interface VerifyState {
  state: 'ok' | 'failed';
  upid: string;
}

/** What a listing shows of a snapshot. */
export interface SnapshotInfo {
  snapshot: SnapshotRef;
  finished: boolean;
  /** Why the manifest cannot be read, although there is one. */
  damage: string | null;
  files: SnapshotFile[];
  /** Sum over the files of the manifest; null when unfinished or damaged. */
  sizeBytes: number | null;
  protected: boolean;
  notes: string;
  verifyState: VerifyState | null;
  /** Fingerprint of the key, for encrypted snapshots. */
  keyFingerprint: string | null;
  /** Bytes that this backup added to the store after compression, as far as the manifest tells; null if not. */
  newBytes: number | null;
}

/** Null when the snapshot is gone meanwhile. A damaged manifest makes an entry that says so, not an error. */
export async function readSnapshotInfo(
  backend: ObjectSource,
  snapshot: SnapshotRef,
): Promise<SnapshotInfo | null> {
  const entries = await listOrNothing(backend, snapshotKey(snapshot));
  const names = entries.filter((entry) => entry.kind === 'object').map((entry) => entry.name);
  if (names.length === 0 && !(await isListed(backend, snapshot))) return null;
  const shell: SnapshotInfo = {
    snapshot,
    finished: names.includes(MANIFEST_NAME),
    damage: null,
    files: names.filter((name) => parseArchiveFileName(name).ok).map((name) => ({ name })),
    sizeBytes: null,
    protected: names.includes(PROTECTED_NAME),
    notes: '',
    verifyState: null,
    keyFingerprint: null,
    newBytes: null,
  };
  if (!shell.finished) return shell;
  try {
    return infoOf(shell, await readManifest(backend, snapshot), names);
  } catch (error) {
    if (isBackupError(error, 'SNAPSHOT_UNFINISHED')) return { ...shell, finished: false };
    if (isBackupError(error, 'DATA_CORRUPT')) return { ...shell, damage: error.message };
    throw error;
  }
}

async function isListed(backend: ObjectSource, snapshot: SnapshotRef): Promise<boolean> {
  return (await listSnapshots(backend, snapshot)).some((other) => other.time === snapshot.time);
}

function infoOf(shell: SnapshotInfo, manifest: Manifest, names: string[]): SnapshotInfo {
  const unprotected = manifest.json.unprotected ?? {};
  const files: SnapshotFile[] = manifest.files.map((file) => ({
    name: file.name,
    sizeBytes: file.sizeBytes,
    cryptMode: file.cryptMode,
  }));
  const besides = [MANIFEST_NAME, CLIENT_LOG_NAME]
    .filter((name) => names.includes(name))
    .map((name) => ({ name }));
  return {
    ...shell,
    files: [...files, ...besides],
    sizeBytes: safeOrNull(manifest.files.reduce((sum, file) => sum + file.sizeBytes, 0)),
    notes: textOr(unprotected.notes, ''),
    keyFingerprint: textOr(unprotected['key-fingerprint'], '') || null,
    verifyState: verifyStateOf(unprotected.verify_state),
    newBytes: newBytesOf(unprotected.chunk_upload_stats),
  };
}

function textOr(value: unknown, otherwise: string): string {
  return typeof value === 'string' ? value : otherwise;
}

function verifyStateOf(value: unknown): VerifyState | null {
  if (typeof value !== 'object' || value === null || !('state' in value) || !('upid' in value)) return null;
  const { state, upid } = value;
  return (state === 'ok' || state === 'failed') && typeof upid === 'string' ? { state, upid } : null;
}

function newBytesOf(value: unknown): number | null {
  if (typeof value !== 'object' || value === null || !('compressed_size' in value)) return null;
  return typeof value.compressed_size === 'number' ? safeOrNull(value.compressed_size) : null;
}

/** Null for what is no count of bytes. */
function safeOrNull(value: number): number | null {
  return Number.isSafeInteger(value) && value >= 0 ? value : null;
}

export function noSnapshot(snapshot: SnapshotRef): BackupError {
  return new BackupError('SNAPSHOT_NOT_FOUND', `There is no snapshot ${formatSnapshotPath(snapshot)}.`);
}
