import type { NamespacePath } from '#domain/ids.ts';
import { datastorePath } from '#domain/permissions.ts';
import type { NamespaceDetail } from '../../trpc/views.ts';
import { cn } from '../../ui/class-names.ts';
import { placeQuery } from '../content/content-address.ts';
import { datastoreHref } from '../datastore-words.ts';
import { PanelSection } from './PanelSection.tsx';

interface NamespaceGrantsProps {
  datastore: string;
  path: string;
  grants: NamespaceDetail['grants'];
}

/** Who holds which role on the namespace, and what counts there from above. */
export function NamespaceGrants({ datastore, path, grants }: NamespaceGrantsProps) {
  const own = datastorePath(datastore, path as NamespacePath);
  const href = `${datastoreHref(datastore, 'permissions')}${placeQuery(path)}`;
  const sorted = [...(grants ?? [])].sort((a, b) => b.path.length - a.path.length);
  return (
    <PanelSection title="Permissions" {...(grants ? { link: { href, label: 'Permissions' } } : {})}>
      {grants === null && (
        <p className="text-table text-muted">You need Sys.Audit on /access to see who may what.</p>
      )}
      {grants?.length === 0 && <p className="text-table text-muted">Nobody was granted anything on it.</p>}
      <ul className="grid text-table">
        {sorted.map((entry) => (
          <li
            key={`${entry.path} ${entry.principal} ${entry.role}`}
            className={cn('flex flex-wrap justify-between gap-x-4 py-1', entry.path !== own && 'text-muted')}
          >
            <span className="min-w-0 wrap-anywhere">
              {entry.principal}
              {entry.kind === 'group' && ' (group)'}
            </span>
            <span className="ml-auto text-right">
              {entry.role}
              {entry.path !== own && <span className="block text-small">from {entry.path}</span>}
              {!entry.propagate && <span className="block text-small">not below it</span>}
            </span>
          </li>
        ))}
      </ul>
    </PanelSection>
  );
}
