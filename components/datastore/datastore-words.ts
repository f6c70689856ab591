import {
  allowsReading,
  allowsWriting,
  type DatastoreKind,
  type DatastoreStatus,
  type SyncLevel,
} from '#domain/datastore.ts';
import { sentence } from '#domain/sentence.ts';
import type { DatastoreView } from '../trpc/views.ts';
import { DATASTORE_LOOKS } from '../ui/status-looks.ts';

/** What the kinds, levels and states of a datastore are called, and how its pages are reached. */

export const KIND_WORDS: Record<DatastoreKind, string> = { local: 'Local' };

export const SYNC_WORDS: Record<SyncLevel, { label: string; meaning: string }> = {
  filesystem: {
    label: 'Filesystem',
    meaning: 'One flush of the whole filesystem at the end of a backup. Safe, and fast on a disk of its own.',
  },
  file: {
    label: 'File',
    meaning: 'Every file is flushed by itself. Safe; slower, but other users of the disk are not held up.',
  },
  none: {
    label: 'None',
    meaning: 'Nothing is flushed. A power loss can damage backups of the last minutes.',
  },
};

export type DatastoreTab =
  | 'summary'
  | 'content'
  | 'namespaces'
  | 'gc'
  | 'verify'
  | 'prune'
  | 'permissions'
  | 'options';

export function datastoreHref(name: string, tab: DatastoreTab = 'summary'): string {
  return `/datastores/${encodeURIComponent(name)}/${tab}`;
}

type Condition = Pick<DatastoreView, 'name' | 'status' | 'statusReason'>;

/** For a button that changes what is stored; false when it can be pressed. */
export function whyNotWritable(datastore: Condition): string | false {
  return !allowsWriting(datastore.status) && conditionWords(datastore);
}

/** For a button that only reads. */
export function whyNotReadable(datastore: Condition): string | false {
  return !allowsReading(datastore.status) && conditionWords(datastore);
}

function conditionWords({ name, status, statusReason }: Condition): string {
  const state = status === 'maintenance' ? 'in maintenance' : DATASTORE_LOOKS[status].word.toLowerCase();
  return sentence(`${name} is ${state}${statusReason ? `: ${statusReason}` : ''}`);
}

/** Compared with what is typed into the filter. */
export function searchText(datastore: Pick<DatastoreView, 'name' | 'comment' | 'path'>): string {
  return `${datastore.name}\n${datastore.comment}\n${datastore.path}`.toLowerCase();
}

/** Why a status needs a hand, and what to press; null where nothing is wrong. */
export function statusAdvice(status: DatastoreStatus): string | null {
  switch (status) {
    case 'offline':
      return 'Check in this order: is the filesystem mounted, is the path the same, may the server read it. Then probe.';
    case 'degraded':
      return 'Backups go on. Look at the probe below for what is slow or missing.';
    case 'failed':
      return 'Restores work, nothing is written. Find the cause in the kernel log and mend it; a deep audit tells what is damaged. Then trust it again.';
    case 'read-only':
      return 'Restores work, backups are refused.';
    case 'probing':
    case 'online':
    case 'maintenance':
    case 'deleting':
      return null;
  }
}
