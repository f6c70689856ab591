import * as fs from 'node:fs';
import { z } from 'zod';
import { BackupError, isBackupError } from '#domain/errors.ts';
import type { ObjectBackend } from './backends/backend.ts';

/**
 * Who a datastore is and who owns it, as files in its root (docs/reliability.md).
 *
 * The identity is written once and tells a datastore from an empty mount point or from another disk at the
 * same path. The owner record changes with every take-over; its epoch only grows, so that an owner that was
 * paused can see that it is not the owner any more.
 */

export const IDENTITY_NAME = '.ibs-identity.json';
export const OWNER_RECORD_NAME = '.ibs-owner.json';
const FILE_MAX_BYTES = 64 * 1024;
const LAYOUT_VERSION = 1;
const SECTOR_BYTES = 512;

const IdentityFile = z.object({
  uuid: z.uuid(),
  layoutVersion: z.literal(LAYOUT_VERSION),
  /** Milliseconds since 1970. */
  createdAt: z.number(),
});
export type Identity = z.infer<typeof IdentityFile>;

const OwnerFile = z.object({
  workerId: z.uuid(),
  epoch: z.number().int().nonnegative(),
  host: z.string(),
  /** Milliseconds since 1970, from the owner's clock; 0 when it gave the datastore back. */
  seenAt: z.number(),
  /** Which process of the host that is, for whoever runs on the same one; records of older versions have none. */
  process: z.object({ bootId: z.string(), pid: z.number().int(), startedAt: z.string() }).optional(),
});
export type OwnerRecord = z.infer<typeof OwnerFile>;
/** The owner without what changes: the epoch and the sign of life. */
export type OwnerMark = Omit<OwnerRecord, 'epoch' | 'seenAt'>;

export async function readIdentity(backend: ObjectBackend): Promise<Identity | null> {
  return readJson(backend, IDENTITY_NAME, IdentityFile);
}

export async function writeIdentity(
  backend: ObjectBackend,
  uuid: string,
  createdAt: number,
): Promise<Identity> {
  const identity: Identity = { uuid, layoutVersion: LAYOUT_VERSION, createdAt };
  await backend.put(IDENTITY_NAME, jsonBytes(identity), { exclusive: true, durable: true });
  return identity;
}

/** Null also when it cannot be read: a power cut may have emptied it, since a sign of life is not flushed. */
export async function readOwnerRecord(backend: ObjectBackend): Promise<OwnerRecord | null> {
  try {
    return await readJson(backend, OWNER_RECORD_NAME, OwnerFile);
  } catch (error) {
    if (isBackupError(error, 'DATASTORE_LAYOUT_INVALID')) return null;
    throw error;
  }
}

/** Another server, or a later owner of this one, has put itself in our place. */
export function isTakenOver(
  seen: OwnerRecord | null,
  own: { workerId: string; epoch: number },
): seen is OwnerRecord {
  return seen !== null && (seen.workerId !== own.workerId || seen.epoch > own.epoch);
}

/** A mere sign of life need not survive a power cut; a take-over must. */
export async function writeOwnerRecord(
  backend: ObjectBackend,
  record: OwnerRecord,
  { durable }: { durable: boolean },
): Promise<void> {
  try {
    await backend.put(OWNER_RECORD_NAME, jsonBytes(record), { durable });
  } catch (error) {
    const { direct } = backend.traits;
    if (direct === null || !isBackupError(error, 'STORAGE_FULL')) throw error;
    const path = `${direct.access}/${OWNER_RECORD_NAME}`;
    await direct
      .use(() => overwrite(path, jsonBytes(record)))
      .catch(() => {
        throw error;
      });
  }
}

/**
 * Where there is no space for another file, so that what frees space can go on. The file is far smaller than what a disk
 * writes in one piece, and never gets shorter, so that whoever reads sees the one or the other content.
 */
async function overwrite(path: string, bytes: Uint8Array): Promise<void> {
  const { O_RDWR, O_NOFOLLOW, O_NONBLOCK } = fs.constants;
  const file = await fs.promises.open(path, O_RDWR | O_NOFOLLOW | O_NONBLOCK);
  try {
    const { size } = await file.stat();
    if (Math.max(size, bytes.length) > SECTOR_BYTES) throw new Error('too large for one piece');
    const padded = Buffer.alloc(Math.max(size, bytes.length), ' ');
    padded.set(bytes);
    await file.write(padded, 0, padded.length, 0);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Null when the file is missing; DATASTORE_LAYOUT_INVALID when it is there and cannot be read. */
async function readJson<T>(backend: ObjectBackend, name: string, schema: z.ZodType<T>): Promise<T | null> {
  let bytes: Uint8Array;
  try {
    bytes = await backend.get(name, FILE_MAX_BYTES);
  } catch (error) {
    if (isBackupError(error, 'STORAGE_MISSING')) return null;
    throw error;
  }
  const parsed = schema.safeParse(parseOrNull(Buffer.from(bytes).toString('utf8')));
  if (parsed.success) return parsed.data;
  throw new BackupError('DATASTORE_LAYOUT_INVALID', `The file ${name} of the datastore cannot be read.`, {
    hint: 'If the disk is sound, restore this file from a copy, or adopt the datastore again.',
    detail: parsed.error.message,
  });
}

function parseOrNull(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function jsonBytes(value: object): Buffer {
  return Buffer.from(`${JSON.stringify(value, null, 2)}\n`);
}
