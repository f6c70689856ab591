'use client';

import { useQuery } from '@tanstack/react-query';
import type { AclEntry } from '#domain/permissions.ts';
import type { PrincipalId } from '#domain/principal.ts';
import { namespaceLabel } from '../namespace/namespace-words.ts';
import { usePermissions } from '../session/use-permissions.ts';
import { useTRPC } from '../trpc/trpc.ts';

/** Who can be given something, and where: only what the person before the screen may choose from. */
export function useGrantPlaces(self: string, datastore: string) {
  const trpc = useTRPC();
  const { holds } = usePermissions();
  const managesAccess = holds('/access', 'Permissions.Modify');
  const { data: me } = useQuery(trpc.session.me.queryOptions());
  const { data: users = [] } = useQuery({ ...trpc.user.list.queryOptions(), enabled: managesAccess });
  const { data: acl = [] } = useQuery({ ...trpc.acl.list.queryOptions(), enabled: managesAccess });
  const { data: datastores = [] } = useQuery(trpc.datastore.list.queryOptions());
  const { data: namespaces = [] } = useQuery({
    ...trpc.namespace.list.queryOptions({ datastore }),
    enabled: datastore !== '',
  });
  const others = users.map(({ user }) => user).filter((user) => user !== self);
  return {
    owners: [self, ...others],
    datastores: datastores.map(({ name }) => name),
    namespaces: namespaces.map(({ path }) => ({ value: path, label: namespaceLabel(path) })),
    entriesFor: (owner: string): AclEntry[] =>
      owner === self
        ? [...(me?.entries ?? [])]
        : acl.map((entry) => ({ ...entry, principal: entry.principal as PrincipalId })),
  };
}
