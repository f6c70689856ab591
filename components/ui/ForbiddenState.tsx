import { Lock } from 'lucide-react';
import { Fragment } from 'react';
import { StateBlock } from './StateBlock.tsx';

interface ForbiddenStateProps {
  /** "You cannot see the tasks of this datastore" */
  title: string;
  /** Any one of them would do. */
  privileges: readonly string[];
  /** Where it is missing: `/datastore/ibs-primary`. */
  path: string;
  /** Stands below the header of a page; otherwise it is the page. */
  partOfPage?: boolean;
}

/** Says which right is missing on which path, so that the next message to an administrator is exact. */
export function ForbiddenState({ title, privileges, path, partOfPage = false }: ForbiddenStateProps) {
  return (
    <StateBlock wholePage={!partOfPage} icon={<Lock />} title={title}>
      <p>
        It needs the privilege{' '}
        {privileges.map((privilege, index) => (
          <Fragment key={privilege}>
            {index > 0 && ' or '}
            <code className="font-mono text-table text-text">{privilege}</code>
          </Fragment>
        ))}{' '}
        on <code className="font-mono text-table text-text">{path}</code>. Ask an administrator to grant a
        role that holds it.
      </p>
    </StateBlock>
  );
}
