import { z } from 'zod';
import type { BrowseInput } from '#domain/snapshot.ts';
import { gatewayGet, readText } from '../../gateway/gateway-request.ts';
import type { ServiceContext } from '../context.ts';
import { requireContent, requireOwner } from '../require-content.ts';
import { findSnapshot, snapshotMissing } from './find-snapshot.ts';

/** One name in a directory of an archive. */
export interface FileEntry {
  /** Path from the top of the archive, raw bytes in base64. */
  path: string;
  name: string;
  kind: 'directory' | 'file' | 'symlink' | 'hardlink' | 'block-device' | 'char-device' | 'fifo' | 'socket';
  sizeBytes: number | null;
  /** Seconds since 1970. */
  modifiedAt: number | null;
}

const KINDS: Record<string, FileEntry['kind']> = {
  d: 'directory',
  v: 'directory',
  f: 'file',
  l: 'symlink',
  h: 'hardlink',
  b: 'block-device',
  c: 'char-device',
  p: 'fifo',
  s: 'socket',
};

const Answer = z.object({
  data: z.array(
    z.object({
      filepath: z.string(),
      text: z.string(),
      type: z.string(),
      size: z.number().optional(),
      mtime: z.number().optional(),
    }),
  ),
});

/** The entries of one directory inside an archive, directories first. */
export async function browseSnapshot(context: ServiceContext, input: BrowseInput): Promise<FileEntry[]> {
  const right = await requireContent(context, input, ['Datastore.Read'], 'Datastore.Backup');
  const found = await findSnapshot(context.db, input);
  requireOwner(right, found.owner, snapshotMissing(input));
  const response = await gatewayGet(context, {
    datastoreId: found.datastore.id,
    path: `/admin/datastore/${found.datastore.name}/catalog`,
    query: { ...snapshotQuery(input), 'archive-name': input.archive, filepath: input.path || '/' },
  });
  const { data } = Answer.parse(JSON.parse(await readText(response)));
  return data
    .map((entry) => ({
      path: entry.filepath,
      name: entry.text,
      kind: KINDS[entry.type] ?? 'file',
      sizeBytes: entry.size ?? null,
      modifiedAt: entry.mtime ?? null,
    }))
    .sort(
      (a, b) =>
        Number(b.kind === 'directory') - Number(a.kind === 'directory') || compareText(a.name, b.name),
    );
}

export function snapshotQuery(
  input: Pick<BrowseInput, 'namespace' | 'type' | 'id' | 'time'>,
): Record<string, string> {
  return {
    ns: input.namespace,
    'backup-type': input.type,
    'backup-id': input.id,
    'backup-time': String(input.time),
  };
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
