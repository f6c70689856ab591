'use client';

import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { namespaceLabel } from '../namespace/namespace-words.ts';
import { useTRPC } from '../trpc/trpc.ts';
import type { FilterField } from '../ui/table/filter-words.ts';
import type { TableState } from '../ui/table/table-state.ts';

const TYPE = {
  id: 'type',
  label: 'type',
  single: true,
  options: [
    { value: 'vm', label: 'VM' },
    { value: 'ct', label: 'CT' },
    { value: 'host', label: 'Host' },
  ],
};
const VERIFIED = {
  id: 'verified',
  label: 'verified',
  single: true,
  options: [
    { value: 'ok', label: 'Sound' },
    { value: 'failed', label: 'Damaged' },
    { value: 'never', label: 'Never' },
  ],
};
const PROTECTED = {
  id: 'protected',
  label: 'protected',
  single: true,
  options: [
    { value: 'yes', label: 'Yes' },
    { value: 'no', label: 'No' },
  ],
};
const AGE = {
  id: 'days',
  label: 'age',
  single: true,
  options: [
    { value: '1', label: 'Last 24 h' },
    { value: '7', label: 'Last 7 days' },
    { value: '30', label: 'Last 30 days' },
    { value: '365', label: 'Last year' },
  ],
};
/** Only from a link: there are too many ids to choose from a menu. */
const ID = { id: 'id', label: 'id', single: true, options: [] };

/** What snapshots can be narrowed by; namespaces are offered once a datastore is chosen. */
export function useSnapshotFilters(state: TableState): FilterField[] {
  const trpc = useTRPC();
  const datastore = state.filters.datastore?.[0];
  const { data: datastores = [] } = useQuery(trpc.datastore.list.queryOptions());
  const { data: namespaces } = useQuery({
    ...trpc.namespace.list.queryOptions({ datastore: datastore ?? '' }),
    enabled: datastore !== undefined,
  });
  return useMemo(
    () => [
      {
        id: 'datastore',
        label: 'datastore',
        single: true,
        options: datastores.map(({ name }) => ({ value: name, label: name })),
      },
      {
        id: 'namespace',
        label: 'namespace',
        single: true,
        options: (namespaces ?? []).map(({ path }) => ({ value: path || '/', label: namespaceLabel(path) })),
      },
      TYPE,
      ID,
      AGE,
      VERIFIED,
      PROTECTED,
    ],
    [datastores, namespaces],
  );
}
