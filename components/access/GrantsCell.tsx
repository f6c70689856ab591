import type { UserView } from '../trpc/views.ts';
import { Hint } from '../ui/Hint.tsx';
import { grantText } from './access-words.ts';
import { useRoles } from './use-roles.ts';

/** The first role with its place, and how many more; all of them on hover and focus. */
export function GrantsCell({ grants }: { grants: UserView['grants'] }) {
  const [first, ...more] = grants;
  if (!first) return <span className="text-muted">No role</span>;
  return (
    <Hint content={() => <AllGrants grants={grants} />} className="whitespace-nowrap">
      {first.role}
      <span className="text-muted">
        {first.path === '/' ? '' : ` on ${first.path}`}
        {more.length > 0 && ` +${more.length}`}
      </span>
    </Hint>
  );
}

function AllGrants({ grants }: { grants: UserView['grants'] }) {
  const { wordsOf } = useRoles();
  return (
    <span className="grid gap-1">
      {grants.map((grant) => (
        <span key={grantText(grant)}>
          {grantText(grant)}
          <span className="block text-muted">{wordsOf(grant.role)}</span>
        </span>
      ))}
    </span>
  );
}
