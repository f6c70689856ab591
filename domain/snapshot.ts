import { z } from 'zod';
import { DatastoreNameInput } from './datastore.ts';
import {
  type GroupRef,
  parseBackupId,
  parseBackupType,
  parseNamespaceComponent,
  parseNamespacePath,
  type SnapshotRef,
} from './ids.ts';
import { schemaOf } from './schema.ts';

/** Snapshots, their files, and the inputs that name them. */

/** How the bytes of an archive are protected (docs/formats/datastore.md). */
export type CryptMode = 'none' | 'encrypt' | 'sign-only';

export interface SnapshotFile {
  name: string;
  /** Bytes of content; unknown for files of an unfinished snapshot. */
  sizeBytes?: number;
  cryptMode?: CryptMode;
}

export const NamespaceInput = schemaOf((text) => parseNamespacePath(text)).default('' as never);

const groupShape = {
  datastore: DatastoreNameInput,
  namespace: NamespaceInput,
  type: schemaOf((text) => parseBackupType(text)),
  id: schemaOf((text) => parseBackupId(text)),
};

export const GroupInput = z.object(groupShape);
export type GroupInput = z.infer<typeof GroupInput>;

export const SnapshotInput = z.object({ ...groupShape, time: z.number().int().min(1).max(253_402_300_799) });
export type SnapshotInput = z.infer<typeof SnapshotInput>;

export const NOTES_MAX = 64 * 1024;

export const SnapshotUpdateInput = SnapshotInput.extend({
  notes: z.string().max(NOTES_MAX).optional(),
  protected: z.boolean().optional(),
});
export type SnapshotUpdateInput = z.infer<typeof SnapshotUpdateInput>;

export const NamespaceCreateInput = z.object({
  datastore: DatastoreNameInput,
  parent: NamespaceInput,
  name: schemaOf((text) => parseNamespaceComponent(text)),
});
export type NamespaceCreateInput = z.infer<typeof NamespaceCreateInput>;

export function groupOf(input: GroupInput): GroupRef {
  return { namespace: input.namespace, type: input.type, id: input.id };
}

export function snapshotOf(input: SnapshotInput): SnapshotRef {
  return { ...groupOf(input), time: input.time };
}

/** `root.pxar.didx` → `root.pxar`: the name that a client knows (docs/formats/datastore.md). */
export function clientArchiveName(fileName: string): string {
  return fileName.replace(/\.(fidx|didx|blob)$/, '');
}

export type ArchiveKind = 'image' | 'directory' | 'catalog' | 'blob' | 'manifest' | 'log' | 'split';

/** What a file of a snapshot is to a person who looks for something to restore. */
export function archiveKind(fileName: string): ArchiveKind {
  if (fileName === 'index.json.blob') return 'manifest';
  if (fileName === 'client.log.blob') return 'log';
  if (fileName.endsWith('.pcat1.didx')) return 'catalog';
  if (fileName.endsWith('.mpxar.didx') || fileName.endsWith('.ppxar.didx')) return 'split';
  if (fileName.endsWith('.pxar.didx')) return 'directory';
  return fileName.endsWith('.fidx') ? 'image' : 'blob';
}

/** What a list of snapshots can be sorted by. */
export const SNAPSHOT_SORTS = ['time', 'group', 'datastore', 'namespace', 'size', 'new', 'owner'] as const;
export type SnapshotSort = (typeof SNAPSHOT_SORTS)[number];

/** What is known of the bytes of a snapshot: that they were whole when they were read, that they are not, or nothing. */
export const VERIFY_STATES = ['ok', 'failed', 'never'] as const;
export type VerifyState = (typeof VERIFY_STATES)[number];

interface Known {
  finished: boolean;
  verifyState: 'ok' | 'failed' | null;
  damage: string | null;
}

/** Damage that was found otherwise counts as well; null for one that is not finished, of which nobody asks. */
export function verifyStateOf({ finished, verifyState, damage }: Known): VerifyState | null {
  if (!finished) return null;
  return damage !== null ? 'failed' : (verifyState ?? 'never');
}

/** What a list of snapshots is narrowed by, and its order. */
export const SnapshotListInput = z.object({
  datastore: DatastoreNameInput.optional(),
  namespace: schemaOf((text) => parseNamespacePath(text)).optional(),
  type: schemaOf((text) => parseBackupType(text)).optional(),
  id: schemaOf((text) => parseBackupId(text)).optional(),
  owner: z.string().trim().max(128).optional(),
  protected: z.boolean().optional(),
  /** Only those of which this is known. */
  verified: z.enum(VERIFY_STATES).optional(),
  /** Only snapshots of the last so many days. */
  days: z.number().int().min(1).max(36_500).optional(),
  /** Part of an id, owner or note. */
  search: z.string().trim().max(128).optional(),
  sort: z.enum(SNAPSHOT_SORTS).default('time'),
  descending: z.boolean().default(true),
  limit: z.number().int().min(1).max(1000).default(100),
  /** Where the page before ended, as it said. */
  cursor: z.string().max(2048).optional(),
});
export type SnapshotListInput = z.infer<typeof SnapshotListInput>;

/** What the groups of a namespace can be sorted by; by name is the order of every other listing. */
export const GROUP_SORTS = [
  'group',
  'notes',
  'owner',
  'snapshots',
  'protected',
  'lastBackup',
  'lastSize',
  'logical',
] as const;
export type GroupSort = (typeof GROUP_SORTS)[number];

/** One page of the groups of a namespace. */
export const GroupPageInput = z.object({
  datastore: DatastoreNameInput,
  namespace: NamespaceInput,
  /** Part of a name, a comment or an owner. */
  search: z.string().trim().max(128).optional(),
  types: z
    .array(schemaOf((text) => parseBackupType(text)))
    .max(3)
    .optional(),
  sort: z.enum(GROUP_SORTS).default('group'),
  descending: z.boolean().default(false),
  offset: z.number().int().min(0).default(0),
  limit: z.number().int().min(1).max(1000).default(100),
});
export type GroupPageInput = z.infer<typeof GroupPageInput>;

export const ForgetInput = z.object({
  datastore: DatastoreNameInput,
  snapshots: z
    .array(SnapshotInput.omit({ datastore: true }))
    .min(1)
    .max(1000),
  /** Only say what would go. */
  dryRun: z.boolean().default(false),
});
export type ForgetInput = z.infer<typeof ForgetInput>;

export const BrowseInput = SnapshotInput.extend({
  archive: z.string().max(255),
  /** Raw bytes of the path in base64, since names need not be UTF-8; empty for the top. */
  path: z.string().max(131_072).default(''),
});
export type BrowseInput = z.infer<typeof BrowseInput>;
