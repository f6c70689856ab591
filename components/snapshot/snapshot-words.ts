import { formatSnapshot, formatSnapshotPath, formatSnapshotTime, type SnapshotRef } from '#domain/ids.ts';
import { type ArchiveKind, archiveKind } from '#domain/snapshot.ts';
import type { SnapshotView } from '../trpc/views.ts';

/** How snapshots are named, linked and told about. */

export type SnapshotKey = Pick<SnapshotView, 'datastore' | 'namespace' | 'type' | 'id' | 'time'>;

/** `host/web-1/2026-05-02T08:11:33Z`, without datastore and namespace. */
export function snapshotLabel(snapshot: SnapshotKey): string {
  return formatSnapshot(refOf(snapshot));
}

/** `ibs-primary:production/host/web-1/2026-05-02T08:11:33Z`: what the command line calls it. */
export function snapshotId(snapshot: SnapshotKey): string {
  return `${snapshot.datastore}:${formatSnapshotPath(refOf(snapshot))}`;
}

export function snapshotHref(snapshot: SnapshotKey): string {
  const parts = [
    snapshot.datastore,
    ...snapshot.namespace.split('/').filter((part) => part !== ''),
    snapshot.type,
    snapshot.id,
    formatSnapshotTime(snapshot.time),
  ];
  return `/snapshots/${parts.map(encodeURIComponent).join('/')}`;
}

/** Names and versions only, as the API takes it. */
export function snapshotInput({ datastore, namespace, type, id, time }: SnapshotKey) {
  return { datastore, namespace, type, id, time };
}

function refOf(snapshot: SnapshotKey): SnapshotRef {
  // The server parsed these names before it sent them.
  return snapshot as unknown as SnapshotRef;
}

export const ARCHIVE_WORDS: Record<ArchiveKind, string> = {
  directory: 'Directory',
  split: 'Directory, split',
  image: 'Disk image',
  catalog: 'Catalog',
  blob: 'File',
  manifest: 'Manifest',
  log: 'Log of the client',
};

const MADE_ALONG: readonly ArchiveKind[] = ['catalog', 'manifest', 'log'];

/** Files of a snapshot, what somebody backed up before what was made along with it. */
export function filesByUse<File extends { name: string }>(
  files: readonly File[],
): { archives: File[]; others: File[] } {
  const isAlong = ({ name }: File) => MADE_ALONG.includes(archiveKind(name));
  return { archives: files.filter((file) => !isAlong(file)), others: files.filter(isAlong) };
}

/** How many archives were backed up: not catalog, manifest or log, and a split directory once. */
export function archiveCount(files: readonly { name: string }[]): number {
  return filesByUse(files).archives.filter(({ name }) => !name.endsWith('.ppxar.didx')).length;
}

/** Why a snapshot without a manifest has no size, and can be neither read nor written upon. */
export function unfinishedReason({ running }: Pick<SnapshotView, 'running'>): string {
  return running ? 'The backup is still running' : 'The backup was cut off before it was finished';
}

/** Whether one can look inside. */
export function isBrowsable(fileName: string): boolean {
  const kind = archiveKind(fileName);
  return kind === 'directory' || (kind === 'split' && fileName.endsWith('.mpxar.didx'));
}
