import { deduplicationWords } from '#domain/datastore.ts';
import { countOf, formatPercent, formatRate } from '#domain/units.ts';
import { defineCommand } from '../../command.ts';
import type { DatastoreDetail, Verification } from '../../connect/api.ts';
import type { Cells } from '../../print/cells.ts';
import type { Block, Field } from '../../print/record.ts';
import { argument } from '../../values.ts';
import { jobBlocks } from './job-blocks.ts';

export const command = defineCommand({
  examples: ['ironcore-backup datastore show ibs-primary'],
  arguments: { name: argument('<name>', 'Name of the datastore', { complete: 'datastore' }) },
  async run({ api, print }, { name }) {
    const { datastore: calls } = await api();
    const [datastore, jobs, verification] = await Promise.all([
      calls.get.query({ name }),
      calls.jobs.query({ name }),
      calls.verification.query({ name }),
    ]);
    await print.record({ ...datastore, ...jobs, verification }, () => [
      ...datastoreBlocks(datastore, print.cells),
      coverageOf(verification, print.cells),
      ...jobBlocks(jobs, print.cells),
    ]);
  },
});

function datastoreBlocks(view: DatastoreDetail, cells: Cells): Block[] {
  return [stateOf(view, cells), spaceOf(view, cells), contentOf(view, cells), configurationOf(view, cells)];
}

function stateOf(view: DatastoreDetail, cells: Cells): Field[] {
  const { maintenance, owner } = view;
  return [
    ['Name', view.name],
    ['Status', cells.status(view.status)],
    ['Reason', view.statusReason || null],
    ['Since', cells.moment(view.statusSince)],
    ['Maintenance', maintenance && `${maintenance.mode}, by ${maintenance.by}`],
    ['Last probe', cells.moment(view.lastProbeAt)],
    ['Last good probe', view.status === 'online' ? null : cells.moment(view.lastGoodProbeAt)],
    ['Served by', owner ? `${owner.host}${owner.alive ? '' : ' (does not answer)'}` : 'no storage worker'],
  ];
}

function spaceOf(view: DatastoreDetail, cells: Cells): Field[] {
  return [
    ['Used', `${cells.bytes(view.usedBytes)} of ${cells.bytes(view.totalBytes)}`],
    ['Usage', cells.usage(view.usedBytes, view.availableBytes)],
    ['Available', cells.bytes(view.availableBytes)],
    ['Inodes free', `${cells.count(view.inodesAvailable)} of ${cells.count(view.inodesTotal)}`],
    ['Chunks', chunksOf(view, cells)],
    [
      'Damaged chunks',
      view.damagedChunkCount === 0 ? null : { text: cells.count(view.damagedChunkCount), tone: 'bad' },
    ],
    ['Chunks counted', cells.moment(view.chunksCountedAt)],
    ['Deduplication', deduplicationOf(view, cells)],
    ['Receiving', formatRate(view.writeRate)],
  ];
}

function chunksOf({ chunkCount, chunkBytes }: DatastoreDetail, cells: Cells): string {
  return chunkCount === null
    ? 'not known since an unclean stop, until a rescan has counted them'
    : `${cells.count(chunkCount)}, ${cells.bytes(chunkBytes)}`;
}

function deduplicationOf(view: DatastoreDetail, cells: Cells): string {
  const ratio = cells.ratio(view.deduplicationRatio);
  return view.deduplicationRatio === null ? ratio : `${ratio}: ${deduplicationWords(view)}`;
}

function contentOf(view: DatastoreDetail, cells: Cells): Field[] {
  return [
    ['Groups', cells.count(view.groupCount)],
    ['Snapshots', cells.count(view.snapshotCount)],
    ['Logical size', cells.bytes(view.logicalBytes)],
    ['Last backup', cells.moment(view.lastBackupAt)],
    ['Trash', trashOf(view, cells)],
  ];
}

function trashOf({ trashDays, trashBytes }: DatastoreDetail, cells: Cells): string {
  const days =
    trashDays === 0
      ? 'off: removed snapshots are gone'
      : `removed snapshots stay ${countOf(trashDays, 'day')}`;
  return trashBytes ? `${days}; it alone needs ${cells.bytes(trashBytes)}` : days;
}

/** How much is known to be sound, and since when. */
function coverageOf({ snapshots, within, failed, chunks }: Verification, cells: Cells): Field[] {
  if (snapshots === 0) return [];
  const shares = (all: number, counts: readonly { days: number; count: number }[]) =>
    counts.map(({ days, count }) => `${formatPercent(count / all)} in ${days} d`).join(', ');
  const bySnapshots = within.map(({ days, snapshots: count }) => ({ days, count }));
  const byChunks = chunks?.within.map(({ days, chunks: count }) => ({ days, count })) ?? [];
  return [
    ['Snapshots found sound', shares(snapshots, bySnapshots)],
    [
      'Chunks found sound',
      chunks && chunks.chunks > 0
        ? `${shares(chunks.chunks, byChunks)}, as of ${cells.moment(chunks.asOf)}`
        : null,
    ],
    ['Damaged snapshots', failed === 0 ? null : { text: cells.count(failed), tone: 'bad' }],
  ];
}

function configurationOf(view: DatastoreDetail, cells: Cells): Field[] {
  const { filesystem } = view;
  return [
    ['Type', view.kind],
    ['Path', view.path],
    ['Filesystem', filesystem && `${filesystem.type} ${filesystem.source} on ${filesystem.mountPoint}`],
    ['Sync level', view.syncLevel],
    ['New backups', view.verifyNew ? 'verified when they are finished' : null],
    ['Comment', view.comment || null],
    ['Identity', view.identity],
    ['Created', `${cells.moment(view.createdAt)} by ${view.createdBy}`],
  ];
}
