'use client';

import { useQuery } from '@tanstack/react-query';
import { datastorePath } from '#domain/permissions.ts';
import { useTRPC } from '../trpc/trpc.ts';

/** Whom a role can be granted to, and on which paths. */
export function useGrantChoices() {
  const trpc = useTRPC();
  const { data: users = [] } = useQuery(trpc.user.list.queryOptions());
  const { data: tokens = [] } = useQuery(trpc.token.list.queryOptions());
  const { data: groups = [] } = useQuery(trpc.userGroup.list.queryOptions());
  const { data: datastores = [] } = useQuery(trpc.datastore.list.queryOptions());
  const ids = [...users.map(({ user }) => user), ...tokens.map((token) => token.id)];
  return {
    principals: [
      ...groups.map(({ group }) => ({ value: group as string, label: `${group} (group)` })),
      ...ids.map((value) => ({ value, label: value })),
    ],
    paths: ['/', '/datastore', ...datastores.map(({ name }) => datastorePath(name)), '/access', '/system'],
  };
}
