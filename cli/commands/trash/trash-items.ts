import { BackupError } from '#domain/errors.ts';
import { formatSnapshotPath, parseBackupId, parseNamespacePath, type SnapshotRef } from '#domain/ids.ts';
import { must } from '#domain/result.ts';
import { formatTrashItem, parseTrashItem, type TrashItem } from '#domain/trash.ts';
import { UsageError, type Value } from '../../command.ts';
import type { Api, TrashView } from '../../connect/api.ts';
import type { Cells } from '../../print/cells.ts';
import type { Column } from '../../print/table.ts';
import { severalParsed } from '../../values.ts';

/** Snapshots of the trash as they are named, found and printed. */

export type NamedItem = SnapshotRef & { trashedTime: number | null };

const ABOUT = 'Snapshot of the trash, such as vm/12345/2026-05-02T08:11:33Z, with the namespace in front';

export const itemArguments: Value<NamedItem[]> = severalParsed('<items...>', ABOUT, parseTrashItem, {
  complete: 'trash',
});

/** The same where none means all. */
export const itemsOrAll: Value<NamedItem[] | undefined> = {
  ...itemArguments,
  flags: '[items...]',
  about: `${ABOUT}; none: everything`,
};

/** An item as it is printed: named as every command takes it, and with its times in one form only. */
export type ShownItem = Omit<TrashView, 'time' | 'trashedTime'> & { item: string };

export function shownItem(view: TrashView): ShownItem {
  const { time: _, trashedTime: _trashed, ...rest } = view;
  return { item: formatTrashItem(itemOf(view)), ...rest };
}

export function itemOf({ type, time, trashedTime, ...view }: TrashView): TrashItem {
  const namespace = must(parseNamespacePath(view.namespace));
  return { namespace, type, id: must(parseBackupId(view.id)), time, trashedTime };
}

export function itemColumns(cells: Cells): Column<ShownItem>[] {
  return [
    { header: 'ITEM', cell: (row) => row.item },
    { header: 'SIZE', cell: (row) => cells.bytes(row.sizeBytes), align: 'right', drop: 2 },
    { header: 'REMOVED', cell: (row) => cells.when(row.trashedAt), drop: 3 },
    { header: 'BY', cell: (row) => `${row.trashedBy}, ${row.reason}`, drop: 4 },
    { header: 'STAYS UNTIL', cell: (row) => cells.when(row.expiresAt), drop: 1 },
    { header: 'OWNER', cell: (row) => cells.text(row.owner), drop: 5 },
  ];
}

const PAGE_MAX = 1000;

/**
 * The items that are meant. One that is named without the time of its removal is looked up; *errors*: SNAPSHOT_NOT_FOUND,
 * INPUT_INVALID when the same snapshot lies there more than once.
 */
export async function findItems(
  api: Api,
  datastore: string,
  named: readonly NamedItem[],
): Promise<TrashItem[]> {
  const found: TrashItem[] = [];
  for (const { trashedTime, ...ref } of named) {
    found.push(
      trashedTime === null ? await onlyOne(api, datastore, ref) : ({ ...ref, trashedTime } as TrashItem),
    );
  }
  return found;
}

async function onlyOne(api: Api, datastore: string, ref: SnapshotRef): Promise<TrashItem> {
  const { namespace, type, id } = ref;
  const { items } = await api.trash.list.query({ datastore, namespace, type, id, limit: PAGE_MAX });
  const fitting = items.filter(({ time }) => time === ref.time).map(itemOf);
  const [item] = fitting;
  if (!item) {
    throw new BackupError(
      'SNAPSHOT_NOT_FOUND',
      `The trash of ${datastore} has no snapshot ${formatSnapshotPath(ref)}.`,
      { hint: `List what it has: ironcore-backup trash list ${datastore}` },
    );
  }
  if (fitting.length === 1) return item;
  const hint = `Name one of them: ${fitting.map(formatTrashItem).join(' ')}`;
  throw new UsageError(`${formatSnapshotPath(ref)} lies in the trash ${fitting.length} times.`, hint);
}
