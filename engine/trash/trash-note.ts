import { z } from 'zod';
import { isBackupError } from '#domain/errors.ts';
import { type PrincipalId, parsePrincipalId } from '#domain/principal.ts';
import { schemaOf } from '#domain/schema.ts';
import { TRASH_REASONS, type TrashItem, type TrashReason } from '#domain/trash.ts';
import type { ObjectBackend } from '../backends/backend.ts';
import { type GroupFacts, NOTES_MAX_BYTES } from '../hierarchy/groups.ts';
import { below, MANIFEST_NAME } from '../hierarchy/layout.ts';
import { MANIFEST_MAX_BYTES, parseManifest } from '../hierarchy/manifest.ts';
import { directoryExists } from '../hierarchy/namespaces.ts';
import { contentKey, noteKey } from './trash-layout.ts';

/** As JSON a byte of the notes of a group takes six at most. */
const NOTE_MAX_BYTES = 6 * NOTES_MAX_BYTES + 64 * 1024;
const NOTE_VERSION = 1;

/** Who removes a snapshot, and by what. */
export interface TrashNote {
  by: string;
  reason: TrashReason;
}

const NoteFile = z.object({
  version: z.literal(NOTE_VERSION),
  /** Milliseconds since 1970. */
  trashedAt: z.number().int(),
  by: z.string(),
  reason: z.enum(TRASH_REASONS),
  /** Of its group then, to whom it belongs again when it is restored; null when it had none. */
  owner: schemaOf((text) => parsePrincipalId(text)).nullable(),
  /** Of its group then, which has them again when it has to be made anew; left out when it had none. */
  groupNotes: z.string().optional(),
});

export function encodeNote(item: TrashItem, note: TrashNote, { owner, notes }: GroupFacts): Uint8Array {
  const told = { version: NOTE_VERSION, trashedAt: item.trashedTime * 1000, ...note, owner };
  const file = notes === '' ? told : { ...told, groupNotes: notes };
  return Buffer.from(`${JSON.stringify(file, null, 2)}\n`);
}

/** What the trash tells of an item. */
export interface TrashedInfo extends TrashNote {
  item: TrashItem;
  owner: PrincipalId | null;
  /** Of all archives; null when its manifest cannot be read. */
  sizeBytes: number | null;
}

/**
 * Null when the item holds no snapshot. A note that cannot be read, after a power cut, hides no snapshot: then nobody
 * knows who it was, and only administrators may restore it.
 */
export async function readTrashed(backend: ObjectBackend, item: TrashItem): Promise<TrashedInfo | null> {
  if (!(await isTrashed(backend, item))) return null;
  const { by, reason, owner } = await readNote(backend, item);
  return { ...{ item, by, reason, owner }, sizeBytes: await readSize(backend, item) };
}

/** Whether the item holds a snapshot. */
export function isTrashed(backend: ObjectBackend, item: TrashItem): Promise<boolean> {
  return directoryExists(backend, contentKey(item));
}

const UNKNOWN = { by: 'unknown', reason: 'forget' as const, owner: null, notes: '' };

export async function readNote(backend: ObjectBackend, item: TrashItem): Promise<TrashNote & GroupFacts> {
  const bytes = await getOrNull(backend, noteKey(item), NOTE_MAX_BYTES);
  const parsed = bytes && NoteFile.safeParse(jsonOf(bytes));
  if (!parsed?.success) return UNKNOWN;
  const { by, reason, owner, groupNotes: notes = '' } = parsed.data;
  return { by, reason, owner, notes };
}

async function readSize(backend: ObjectBackend, item: TrashItem): Promise<number | null> {
  const bytes = await getOrNull(backend, below(contentKey(item), MANIFEST_NAME), MANIFEST_MAX_BYTES);
  if (bytes === null) return null;
  try {
    return parseManifest(bytes).files.reduce((sum, file) => sum + file.sizeBytes, 0);
  } catch (error) {
    if (isBackupError(error, 'DATA_CORRUPT')) return null;
    throw error;
  }
}

async function getOrNull(backend: ObjectBackend, key: string, maxBytes: number): Promise<Uint8Array | null> {
  try {
    return await backend.get(key, maxBytes);
  } catch (error) {
    if (isBackupError(error, 'STORAGE_MISSING', 'DATA_CORRUPT')) return null;
    throw error;
  }
}

function jsonOf(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString('utf8'));
  } catch {
    return null;
  }
}
