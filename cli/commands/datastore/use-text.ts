import { formatGroupPath, formatSnapshotPath } from '#domain/ids.ts';
import type { TopUse } from '../../connect/api.ts';
import type { Cells } from '../../print/cells.ts';
import type { Printer } from '../../print/printer.ts';
import type { Column } from '../../print/table.ts';

/** Which namespaces, groups and snapshots hold the space, by what their removal would free. */

interface Row {
  name: string;
  exclusiveBytes: number;
  sharedBytes: number;
  usedBytes: number;
}

/** For programs: by the names that every command takes. */
export function shownUse(datastore: string, { asOf, namespaces, groups, snapshots }: TopUse) {
  return {
    ...{ asOf, namespaces },
    groups: groups.map((one) => ({ group: `${datastore}:${formatGroupPath(one)}`, ...bytesOf(one) })),
    snapshots: snapshots.map((one) => ({
      snapshot: `${datastore}:${formatSnapshotPath(one)}`,
      ...bytesOf(one),
      protected: one.protected,
    })),
  };
}

function bytesOf({ exclusiveBytes, sharedBytes, usedBytes }: Omit<Row, 'name'>) {
  return { exclusiveBytes, sharedBytes, usedBytes };
}

/** A table of each; nothing where nobody has looked. */
export function useLines({ asOf, namespaces, groups, snapshots }: TopUse, print: Printer): string[] {
  if (asOf === null) return [];
  const rows = [
    ...table('NAMESPACE', namespaces, (one) => one.namespace || '(root)', print),
    ...table('GROUP', groups, (one) => formatGroupPath(one), print),
    ...table('SNAPSHOT', snapshots, (one) => formatSnapshotPath(one), print),
  ];
  const none = 'No snapshot needs a chunk.';
  return ['', `As of ${print.cells.moment(asOf)}:`, ...(rows.length === 0 ? [none] : rows)];
}

function table<T extends Omit<Row, 'name'>>(
  header: string,
  list: readonly T[],
  nameOf: (one: T) => string,
  print: Printer,
): string[] {
  if (list.length === 0) return [];
  const rows = list.map((one) => ({ ...one, name: nameOf(one) }));
  return ['', ...print.table<Row>(rows, columns(header, print.cells))];
}

function columns(header: string, cells: Cells): Column<Row>[] {
  return [
    { header, cell: ({ name }) => name },
    { header: 'FREES', cell: ({ exclusiveBytes }) => cells.bytes(exclusiveBytes), align: 'right' },
    { header: 'SHARED', cell: ({ sharedBytes }) => cells.bytes(sharedBytes), align: 'right', drop: 2 },
    { header: 'NEEDS', cell: ({ usedBytes }) => cells.bytes(usedBytes), align: 'right', drop: 1 },
  ];
}
