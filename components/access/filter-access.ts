import { ROLE_NAMES } from '#domain/permissions.ts';
import type { AclView, TokenView, UserView } from '../trpc/views.ts';
import type { FilterField } from '../ui/table/filter-words.ts';
import type { TableState } from '../ui/table/table-state.ts';
import { ACCOUNT_LOOKS, accountState } from './access-words.ts';

const STATUS: FilterField = {
  id: 'status',
  label: 'status',
  options: Object.entries(ACCOUNT_LOOKS).map(([value, look]) => ({ value, label: look.word })),
};
const ROLE: FilterField = {
  id: 'role',
  label: 'role',
  options: ROLE_NAMES.map((role) => ({ value: role, label: role })),
};

export const ACCOUNT_FILTERS: FilterField[] = [STATUS, ROLE];
export const GRANT_FILTERS: FilterField[] = [ROLE];

/** Users and tokens alike; `words` is what the free text is compared with. */
export function filterAccounts<Row extends UserView | TokenView>(
  rows: readonly Row[],
  state: TableState,
  now: number,
  words: (row: Row) => string,
): Row[] {
  const { status, role } = state.filters;
  return rows.filter(
    (row) =>
      hasText(words(row), state) &&
      (!status || status.includes(accountState(row, now))) &&
      (!role || row.grants.some((grant) => role.includes(grant.role))),
  );
}

export function filterGrants(rows: readonly AclView[], state: TableState): AclView[] {
  const { role } = state.filters;
  return rows.filter(
    (row) => hasText(`${row.principal}\n${row.path}`, state) && (!role || role.includes(row.role)),
  );
}

function hasText(words: string, { text }: TableState): boolean {
  return words.toLowerCase().includes(text.trim().toLowerCase());
}
