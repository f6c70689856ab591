import { countOf } from '#domain/units.ts';
import { formatSnapshotTime } from './ids.ts';
import { formatBytes, formatCount } from './units.ts';

/** What a directory that somebody wants to use for a datastore was found to be, check by check. */

export const PLACE_CHECKS = {
  roots: 'Below an allowed root',
  path: 'Path',
  content: 'Empty',
  filesystem: 'Filesystem',
  space: 'Free space',
  accessTime: 'Access times',
  overlap: 'Other datastores',
  sameFilesystem: 'Filesystem of its own',
} as const;
export type PlaceCheckId = keyof typeof PLACE_CHECKS;

export interface PlaceCheck {
  id: PlaceCheckId;
  /** `override`: refused, unless a reason is given. */
  outcome: 'ok' | 'warning' | 'override' | 'blocked';
  text: string;
}

export interface PlaceReport {
  path: string;
  checks: PlaceCheck[];
  /** `ibs`: made by this product; `pbs`: the layout of a Proxmox Backup Server; null: neither. */
  found: 'ibs' | 'pbs' | null;
  /** First names in the directory, when it is not empty. */
  entries: string[];
  /** What an existing datastore there holds; null when there is none or nobody asked. */
  content: PlaceContent | null;
}

/** What was found in an existing datastore without opening it: nothing is written for it, not even a lock. */
export interface PlaceContent {
  /** Below the root. */
  namespaces: number;
  groups: number;
  /** Finished ones; the others have no manifest. */
  snapshots: number;
  unfinished: number;
  /** In the trash. */
  trashed: number;
  /** Times of the first and the last finished snapshot, in seconds since 1970; null when there is none. */
  oldest: number | null;
  newest: number | null;
  /** Reckoned from a part of the chunk directories; content is spread evenly over them. */
  chunksEstimate: number;
  chunkBytesEstimate: number;
  /** Who owns its groups: the first few. */
  owners: string[];
  /** The server that had it last, and when it was seen on it, in ms since 1970; null when no server left its name. */
  lastOwner: { host: string; seenAt: number } | null;
  /** False when there was not time enough to count everything: it holds at least this. */
  complete: boolean;
}

/** The same as lines for people, each with its label. */
export function contentFacts(content: PlaceContent): { label: string; text: string }[] {
  const { namespaces, groups, snapshots, unfinished, trashed, oldest, newest, owners, lastOwner } = content;
  const least = content.complete ? '' : 'at least ';
  const cutOff = unfinished > 0 ? `, and ${formatCount(unfinished)} unfinished` : '';
  const inTrash = trashed > 0 ? `, and ${countOf(trashed, 'snapshot')} in the trash` : '';
  const counts = `${countOf(snapshots, 'snapshot')}${cutOff} in ${countOf(groups, 'group')}, ${countOf(namespaces, 'namespace')}${inTrash}`;
  const spread =
    oldest === null || newest === null
      ? 'none is finished'
      : `${formatSnapshotTime(oldest)} to ${formatSnapshotTime(newest)}`;
  const chunks =
    content.chunksEstimate === 0
      ? 'few or none; the directories that were looked into have none'
      : `about ${countOf(content.chunksEstimate, 'chunk')}, ${formatBytes(content.chunkBytesEstimate)}`;
  const host = lastOwner
    ? `${lastOwner.host}, seen ${formatSnapshotTime(lastOwner.seenAt / 1000)}`
    : 'not known';
  return [
    { label: 'Holds', text: `${least}${counts}` },
    { label: 'Snapshots', text: spread },
    { label: 'Chunks', text: chunks },
    { label: 'Groups belong to', text: owners.length > 0 ? owners.join(', ') : 'nobody' },
    { label: 'Last server', text: host },
  ];
}

export function isBlocked(report: PlaceReport): boolean {
  return report.checks.some((check) => check.outcome === 'blocked');
}

export function needsReason(report: PlaceReport): boolean {
  return report.checks.some((check) => check.outcome === 'override');
}
