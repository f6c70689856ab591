'use client';

import { useQuery } from '@tanstack/react-query';
import { type RoleName, roleWords } from '#domain/permissions.ts';
import { useTRPC } from '../trpc/trpc.ts';

/** All roles, those that were made here too, and what each is for. */
export function useRoles() {
  const trpc = useTRPC();
  const { data: roles = [] } = useQuery(trpc.role.list.queryOptions());
  return {
    roles,
    options: roles.map(({ role }) => ({ value: role as string, label: role as string })),
    wordsOf: (role: RoleName): string => {
      const found = roles.find((each) => each.role === role);
      return found?.comment || roleWords(role, found?.privileges);
    },
  };
}
