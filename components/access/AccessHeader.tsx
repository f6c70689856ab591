import type { ReactNode } from 'react';
import { PageHeader } from '../ui/PageHeader.tsx';
import { TabLinks } from '../ui/TabLinks.tsx';
import { GRANTS_HREF, ROLES_HREF, TOKENS_HREF, USER_GROUPS_HREF, USERS_HREF } from './access-words.ts';

const TABS = [
  { href: USERS_HREF, label: 'Users' },
  { href: USER_GROUPS_HREF, label: 'Groups' },
  { href: TOKENS_HREF, label: 'API tokens' },
  { href: ROLES_HREF, label: 'Roles' },
  { href: GRANTS_HREF, label: 'Permissions' },
];

/** The same head on every tab, so that nothing moves from one to the next. */
export function AccessHeader({ actions }: { actions?: ReactNode }) {
  return (
    <PageHeader
      title="Access control"
      meaning="Who may sign in, which programs may connect, and what they may do."
      actions={actions}
      tabs={<TabLinks label="Access control" tabs={TABS} />}
    />
  );
}
