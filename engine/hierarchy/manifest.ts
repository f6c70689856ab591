import { z } from 'zod';
import { BackupError } from '#domain/errors.ts';
import {
  type ArchiveFileName,
  parseArchiveFileName,
  parseBackupId,
  parseBackupType,
  type SnapshotRef,
} from '#domain/ids.ts';
import { must } from '#domain/result.ts';
import type { CryptMode } from '#domain/snapshot.ts';
import { type CryptConfig, signText } from '../chunks/crypt-config.ts';
import { decodeBlob, encodeBlob, inspectBlob } from '../chunks/data-blob.ts';

/** The manifest of a snapshot (docs/formats/datastore.md): its archives with sizes and checksums, and notes on them. */

const MAX_FILES = 4096;
/** Of the JSON: far more than that many files need, far less than would stop the process while it is parsed. */
const JSON_MAX_BYTES = 2 * 1024 * 1024;
/** Of the blob, whose compressed form is only kept when it is smaller. */
export const MANIFEST_MAX_BYTES = JSON_MAX_BYTES + 64;

const ManifestFile = z.looseObject({
  filename: z.string(),
  'crypt-mode': z.enum(['none', 'encrypt', 'sign-only']).optional(),
  size: z.number().int().nonnegative(),
  csum: z.string().regex(/^[0-9a-f]{64}$/),
});

/** Unknown keys are kept, since a manifest is rewritten when its notes or statistics change. */
const ManifestJson = z.looseObject({
  'backup-type': z.string(),
  'backup-id': z.string(),
  'backup-time': z.number().int().positive(),
  files: z.array(ManifestFile).max(MAX_FILES),
  unprotected: z.looseObject({}).nullish(),
  signature: z.string().nullish(),
});

export interface ManifestEntry {
  name: ArchiveFileName;
  cryptMode: CryptMode;
  /** Of an index: bytes of the archive. Of a blob: bytes of the file with its header. */
  sizeBytes: number;
  /** Of an index: checksum of its body. Of a blob: SHA-256 of the file. Hex. */
  checksum: string;
}

export interface ChunkUploadStatistics {
  /** Chunks uploaded, among them duplicates. */
  count: number;
  sizeBytes: number;
  compressedBytes: number;
  duplicates: number;
}

export interface Manifest {
  type: SnapshotRef['type'];
  id: SnapshotRef['id'];
  time: number;
  files: ManifestEntry[];
  signed: boolean;
  /** The JSON as it came, for rewriting without loss. */
  json: z.infer<typeof ManifestJson>;
}

/** Reads a manifest blob; DATA_CORRUPT names what is wrong. Nothing in it is trusted beyond its form. */
export function parseManifest(blob: Uint8Array): Manifest {
  if (inspectBlob(blob).encrypted) throw damaged('it is encrypted');
  const text = Buffer.from(decodeBlob(blob, { maxBytes: JSON_MAX_BYTES })).toString('utf8');
  const json = ManifestJson.safeParse(withFewFiles(parseJson(text)));
  if (!json.success) throw damaged(json.error.issues[0]?.message ?? 'its form is wrong');
  const files = json.data.files.map(entryOf);
  if (new Set(files.map((file) => file.name)).size < files.length) throw damaged('it names a file twice');
  return {
    type: accepted(() => must(parseBackupType(json.data['backup-type']))),
    id: accepted(() => must(parseBackupId(json.data['backup-id']))),
    time: json.data['backup-time'],
    files,
    signed: typeof json.data.signature === 'string',
    json: json.data,
  };
}

/** Looked at first: a list of millions would be checked item by item before its length is. */
function withFewFiles(json: unknown): unknown {
  const files = typeof json === 'object' && json !== null && 'files' in json ? json.files : [];
  if (Array.isArray(files) && files.length > MAX_FILES) throw damaged('it names too many files');
  return json;
}

function entryOf(file: z.infer<typeof ManifestFile>): ManifestEntry {
  return {
    name: accepted(() => must(parseArchiveFileName(file.filename))),
    cryptMode: file['crypt-mode'] ?? 'none',
    sizeBytes: file.size,
    checksum: file.csum,
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw damaged('it is not JSON', error);
  }
}

/** A hostile name inside a manifest makes the manifest damaged, it is not the caller's bad input. */
function accepted<T>(parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    throw damaged('it holds a name that is not allowed', error);
  }
}

function damaged(why: string, cause?: unknown): BackupError {
  return new BackupError('DATA_CORRUPT', `The manifest is damaged: ${why}.`, { cause });
}

export interface ManifestDraft {
  snapshot: SnapshotRef;
  files: readonly ManifestEntry[];
  unprotected?: Record<string, unknown>;
}

/** A new manifest as JSON text, pretty printed as PBS does. */
export function manifestJson(draft: ManifestDraft): z.infer<typeof ManifestJson> {
  return {
    'backup-type': draft.snapshot.type,
    'backup-id': draft.snapshot.id,
    'backup-time': draft.snapshot.time,
    files: draft.files.map((file) => ({
      filename: file.name,
      'crypt-mode': file.cryptMode,
      size: file.sizeBytes,
      csum: file.checksum,
    })),
    unprotected: draft.unprotected ?? {},
    signature: null,
  };
}

export function encodeManifest(json: z.infer<typeof ManifestJson>): Buffer {
  return encodeBlob(Buffer.from(JSON.stringify(json, null, 2)), { compress: true });
}

/** `json` with a changed `unprotected` part; a signature stays valid, because it does not cover that part. */
export function withUnprotected(
  manifest: Manifest,
  change: Record<string, unknown>,
): z.infer<typeof ManifestJson> {
  return { ...manifest.json, unprotected: { ...(manifest.json.unprotected ?? {}), ...change } };
}

export function uploadStatisticsJson(statistics: ChunkUploadStatistics): Record<string, number> {
  return {
    count: statistics.count,
    size: statistics.sizeBytes,
    compressed_size: statistics.compressedBytes,
    duplicates: statistics.duplicates,
  };
}

/** Hex HMAC over the canonical text of what the signature covers (6.3). */
export function signManifest(json: z.infer<typeof ManifestJson>, config: CryptConfig): string {
  const { unprotected: _, signature: __, ...covered } = json;
  return signText(canonicalJson(covered), config);
}

/** No white space, keys in byte order, arrays as they are; null is not allowed. */
export function canonicalJson(value: unknown): string {
  if (value === null || value === undefined) throw damaged('null has no canonical form');
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value !== 'object') return JSON.stringify(value);
  const entries = Object.entries(value).filter(([, inner]) => inner !== undefined);
  entries.sort(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  return `{${entries.map(([key, inner]) => `${JSON.stringify(key)}:${canonicalJson(inner)}`).join(',')}}`;
}
