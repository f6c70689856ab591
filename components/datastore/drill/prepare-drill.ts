import type { DrillRoom } from '#domain/drill.ts';
import { formatSnapshotPath, parseSnapshotRef, type SnapshotRef } from '#domain/ids.ts';
import { countOf, formatBytes, formatDuration } from '#domain/units.ts';
import type { DrillReport } from '../../trpc/views.ts';

/** What the tab says about restore drills. */

/** `production/host/web-1/2026-05-02T08:11:33Z`. */
export function drilledSnapshot({ namespace, type, backupId, time }: DrillReport): string {
  return formatSnapshotPath({ namespace, type, id: backupId, time });
}

/** `12 345 files, 2.30 GiB restored in 42.0 s.` */
export function amountWords({ restoredFiles, restoredBytes, restoreMs }: DrillReport): string {
  return `${countOf(restoredFiles, 'file')}, ${formatBytes(restoredBytes)} restored in ${formatDuration(restoreMs)}.`;
}

/** Of the file that a report is saved to. */
export function reportFileName(datastore: string, { id, startedAt }: DrillReport): string {
  return `restore-drill-${datastore}-${startedAt.toISOString().slice(0, 10)}-${id.slice(0, 8)}.json`;
}

/** As the command line prints it, with the datastore and the name of the snapshot. */
export function reportText(datastore: string, report: DrillReport): string {
  return `${JSON.stringify({ datastore, snapshot: drilledSnapshot(report), ...report }, null, 2)}\n`;
}

export type SnapshotChoice = { snapshot: SnapshotRef } | { problem: string };

/** What is typed as the name of a snapshot. */
export function readSnapshotName(text: string): SnapshotChoice {
  if (text.trim() === '') return { problem: 'Name the snapshot, such as host/web-1/2026-05-02T08:11:33Z.' };
  const parsed = parseSnapshotRef(text.trim());
  return parsed.ok ? { snapshot: parsed.value } : { problem: parsed.problem.message };
}

/** Whether it fits, in words; a random snapshot is measured when it is chosen. */
export function roomWords({ roomBytes, neededBytes }: DrillRoom): { words: string; fits: boolean } {
  const room = `${formatBytes(roomBytes)} of room`;
  if (neededBytes === null) return { words: `The scratch directory has ${room}.`, fits: true };
  const needed = `Takes ${formatBytes(neededBytes)}; the scratch directory has ${room}`;
  return neededBytes <= roomBytes
    ? { words: `${needed}.`, fits: true }
    : { words: `${needed}: it does not fit.`, fits: false };
}
