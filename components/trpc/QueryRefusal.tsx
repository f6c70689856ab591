import type { ReactNode } from 'react';
import { ForbiddenState } from '../ui/ForbiddenState.tsx';
import { missingPrivilege } from './api-error.ts';

interface QueryRefusalProps {
  error: unknown;
  /** "You cannot see any datastore" */
  title: string;
  /** The children are all there is on the page. */
  wholePage?: boolean;
  children: ReactNode;
}

/** The children, unless the question was refused for want of a privilege, which is then named. */
export function QueryRefusal({ error, title, wholePage = false, children }: QueryRefusalProps) {
  const missing = missingPrivilege(error);
  if (!missing) return children;
  return (
    <ForbiddenState title={title} privileges={missing.anyOf} path={missing.path} partOfPage={!wholePage} />
  );
}
