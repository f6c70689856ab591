import { formatGroupPath, formatSnapshotPath } from '#domain/ids.ts';
import type { TopUse } from '../../connect/api.ts';
import type { Cells } from '../../print/cells.ts';
import type { Printer } from '../../print/printer.ts';
import type { Column } from '../../print/table.ts';

/** Which snapshots and groups hold the space, by what their removal would free. */

interface Row {
  name: string;
  exclusiveBytes: number;
  usedBytes: number;
}

/** For programs: by the names that every command takes. */
export function shownUse(datastore: string, { asOf, snapshots, groups }: TopUse) {
  return {
    asOf,
    snapshots: snapshots.map(({ exclusiveBytes, usedBytes, protected: isProtected, ...ref }) => ({
      snapshot: `${datastore}:${formatSnapshotPath(ref)}`,
      ...{ exclusiveBytes, usedBytes, protected: isProtected },
    })),
    groups: groups.map(({ exclusiveBytes, usedBytes, ...ref }) => ({
      group: `${datastore}:${formatGroupPath(ref)}`,
      ...{ exclusiveBytes, usedBytes },
    })),
  };
}

/** A table of each; nothing where nobody has looked. */
export function useLines({ asOf, snapshots, groups }: TopUse, print: Printer): string[] {
  if (asOf === null) return [];
  const rows = [
    ...table('SNAPSHOT', snapshots, (one) => formatSnapshotPath(one), print),
    ...table('GROUP', groups, (one) => formatGroupPath(one), print),
  ];
  const none = 'No snapshot needs a chunk that no other needs.';
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
    { header: 'NEEDS', cell: ({ usedBytes }) => cells.bytes(usedBytes), align: 'right', drop: 1 },
  ];
}
