'use client';

import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { type AclPath, holdsBelow, type Privilege, privilegesOn } from '#domain/permissions.ts';
import type { PrincipalId } from '#domain/principal.ts';
import { useTRPC } from '../trpc/trpc.ts';

export interface Permissions {
  principal: PrincipalId | null;
  /** Whether one of the privileges is held on the path. */
  holds: (path: AclPath, ...anyOf: Privilege[]) => boolean;
  /** Whether one of them is held on the path or anywhere below it. */
  holdsBelow: (path: AclPath, ...anyOf: Privilege[]) => boolean;
  /** For a button: what is missing, or false. */
  lacks: (path: AclPath, ...anyOf: Privilege[]) => string | false;
}

/** What the person before the screen may do, by the same rule that the server decides by. */
export function usePermissions(): Permissions {
  const trpc = useTRPC();
  const { data: me } = useQuery(trpc.session.me.queryOptions());
  return useMemo(() => {
    // While it is not known the server's refusal is the answer, so nothing is greyed out for a moment.
    const holds = (path: AclPath, ...anyOf: Privilege[]) => {
      if (!me) return true;
      const held = privilegesOn(me.entries, me.principal as PrincipalId, path);
      return anyOf.some((privilege) => held.has(privilege));
    };
    return {
      principal: me ? (me.principal as PrincipalId) : null,
      holds,
      holdsBelow: (path, ...anyOf) => !me || holdsBelow(me.entries, me.principal as PrincipalId, path, anyOf),
      lacks: (path, ...anyOf) => !holds(path, ...anyOf) && `You need ${anyOf.join(' or ')} on ${path}`,
    };
  }, [me]);
}
