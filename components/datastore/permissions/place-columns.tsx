import Link from 'next/link';
import { roleWords } from '#domain/permissions.ts';
import { GRANTS_HREF } from '../../access/access-words.ts';
import type { AclView } from '../../trpc/views.ts';
import { cn } from '../../ui/class-names.ts';
import { Hint } from '../../ui/Hint.tsx';
import { type Column, tableSpec } from '../../ui/table/columns.ts';

export interface PlacedGrant extends AclView {
  /** Granted on the very place; else it comes from above. */
  isHere: boolean;
}

const shade = ({ isHere }: PlacedGrant) => cn(!isHere && 'text-muted');

export const PLACE_COLUMNS: Column<PlacedGrant>[] = [
  {
    id: 'principal',
    header: 'Who',
    cell: (row) => (
      <span className={shade(row)}>
        {row.principal}
        {row.kind === 'group' && ' (group)'}
      </span>
    ),
    sortBy: (row) => row.principal,
  },
  {
    id: 'role',
    header: 'Role',
    cell: (row) => (
      <Hint content={roleWords(row.role, row.privileges ?? [])} className={shade(row)}>
        {row.role}
      </Hint>
    ),
    sortBy: (row) => row.role,
  },
  {
    id: 'from',
    header: 'Granted on',
    cell: (row) =>
      row.isHere ? (
        'Here'
      ) : (
        <Link
          href={`${GRANTS_HREF}?${new URLSearchParams({ q: row.path })}`}
          className="font-mono text-small text-link hover:underline"
        >
          {row.path}
        </Link>
      ),
    sortBy: (row) => row.path.length,
    descendingFirst: true,
  },
  {
    id: 'propagate',
    header: 'Counts',
    cell: (row) => (
      <span className={cn('whitespace-nowrap', shade(row))}>
        {row.propagate ? 'There and below' : 'There only'}
      </span>
    ),
  },
  { id: 'by', header: 'Granted by', cell: (row) => row.createdBy, sortBy: (row) => row.createdBy },
];

export const PLACE_TABLE = tableSpec(PLACE_COLUMNS, {
  filterIds: [],
  defaultSort: { columnId: 'from', descending: true },
});
