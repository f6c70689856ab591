import { BackupError } from '#domain/errors.ts';
import { archiveKind, clientArchiveName } from '#domain/snapshot.ts';
import { defineCommand, UsageError } from '../../command.ts';
import type { FileEntry, SnapshotView } from '../../connect/api.ts';
import type { Cells } from '../../print/cells.ts';
import type { Column } from '../../print/table.ts';
import { argument, optionalArgument } from '../../values.ts';
import { filesOf } from './file-columns.ts';
import { snapshotArgument, snapshotInput } from './snapshot-argument.ts';

export const command = defineCommand({
  about: 'For archives of directories; "snapshot files" lists the archives.',
  examples: ['ironcore-backup snapshot browse ibs-primary:host/web-1/2026-05-02T08:11:33Z root.pxar /etc'],
  arguments: {
    snapshot: snapshotArgument,
    archive: argument('<archive>', 'Archive, such as root.pxar', { complete: 'archive' }),
    path: optionalArgument('[path]', 'Directory in it (default: its top)'),
  },
  async run({ api, print }, { snapshot, archive, path = '' }) {
    const client = await api();
    const view = await client.snapshot.get.query(snapshotInput(snapshot));
    const file = archiveOf(view, archive);
    const wanted = Buffer.from(path.replace(/^\/+|\/+$/g, ''), 'utf8').toString('base64');
    const entries = await client.snapshot.browse.query({
      ...snapshotInput(snapshot),
      archive: file,
      path: wanted,
    });
    await print.list(entries.map(shownEntry), columns(print.cells), `${path || '/'} is empty.`);
  },
});

type ShownEntry = Omit<FileEntry, 'modifiedAt'> & { modifiedAt: Date | null };

function shownEntry({ modifiedAt, ...entry }: FileEntry): ShownEntry {
  return { ...entry, modifiedAt: modifiedAt === null ? null : new Date(modifiedAt * 1000) };
}

/** The stored name of an archive that is named as clients name it, or as it is stored. */
function archiveOf(view: SnapshotView, name: string): string {
  const files = filesOf(view).map((file) => file.name);
  const found = files.find((file) => file === name) ?? files.find((file) => clientArchiveName(file) === name);
  if (!found) {
    throw new BackupError('ARCHIVE_NOT_FOUND', `The snapshot has no archive ${name}.`, {
      hint: `It has ${files.map(clientArchiveName).join(', ') || 'none'}.`,
    });
  }
  if (archiveKind(found) === 'directory' || archiveKind(found) === 'split') return found;
  throw new UsageError(`${name} is not an archive of a directory.`);
}

function columns(cells: Cells): Column<ShownEntry>[] {
  return [
    { header: 'KIND', cell: (row) => row.kind, drop: 1 },
    {
      header: 'SIZE',
      cell: (row) => (row.kind === 'directory' ? '' : cells.bytes(row.sizeBytes)),
      align: 'right',
    },
    {
      header: 'MODIFIED',
      cell: (row) => (row.modifiedAt === null ? '' : cells.when(row.modifiedAt)),
      drop: 2,
    },
    { header: 'NAME', cell: (row) => (row.kind === 'directory' ? `${row.name}/` : row.name) },
  ];
}
