import { formatSnapshotPath, parseBackupId, parseNamespacePath } from '#domain/ids.ts';
import { must } from '#domain/result.ts';
import type { SnapshotView } from '../../connect/api.ts';
import type { Cells } from '../../print/cells.ts';
import type { Cell, Column } from '../../print/table.ts';

/** A snapshot as it is printed: named as every command takes it, and with its time in one form only. */
export type ShownSnapshot = Omit<SnapshotView, 'time'> & { snapshot: string };

export function shownSnapshot(view: SnapshotView): ShownSnapshot {
  const { time: _, ...rest } = view;
  return { snapshot: referenceOf(view), ...rest };
}

/** `ibs-primary:production/vm/12345/2026-05-02T08:11:33Z`, as every command takes it. */
export function referenceOf(view: SnapshotView): string {
  const { type, time } = view;
  const namespace = must(parseNamespacePath(view.namespace));
  const id = must(parseBackupId(view.id));
  return `${view.datastore}:${formatSnapshotPath({ namespace, type, id, time })}`;
}

/** What is wrong with it, or that nothing is known to be. */
export function conditionOf(view: ShownSnapshot): Cell {
  if (view.damage) return { text: 'damaged', tone: 'bad' };
  if (!view.finished) return { text: 'unfinished', tone: 'warn' };
  if (view.verifyState === 'failed') return { text: 'verify failed', tone: 'bad' };
  return view.verifyState === 'ok' ? { text: 'verified', tone: 'good' } : 'not verified';
}

export function snapshotColumns(cells: Cells): Column<ShownSnapshot>[] {
  return [
    { header: 'SNAPSHOT', cell: (row) => row.snapshot },
    { header: 'SIZE', cell: (row) => cells.bytes(row.sizeBytes), align: 'right', drop: 2 },
    { header: 'NEW', cell: (row) => cells.bytes(row.newBytes), align: 'right', drop: 6 },
    { header: 'STATE', cell: conditionOf, drop: 1 },
    { header: 'PROTECTED', cell: (row) => cells.yes(row.protected), drop: 3 },
    { header: 'OWNER', cell: (row) => cells.text(row.owner), drop: 5 },
    { header: 'NOTES', cell: (row) => row.notes, cut: 12, drop: 4, hideEmpty: true },
  ];
}
