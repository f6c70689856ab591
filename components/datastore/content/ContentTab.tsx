'use client';

import { useQuery } from '@tanstack/react-query';
import { Plus } from 'lucide-react';
import { useRouter, useSearchParams } from 'next/navigation';
import { useState } from 'react';
import type { NamespacePath } from '#domain/ids.ts';
import { datastorePath } from '#domain/permissions.ts';
import { AddNamespaceDialog } from '../../namespace/AddNamespaceDialog.tsx';
import { NamespaceTreeView } from '../../namespace/NamespaceTreeView.tsx';
import { usePermissions } from '../../session/use-permissions.ts';
import { errorDetails } from '../../trpc/api-error.ts';
import { QueryRefusal } from '../../trpc/QueryRefusal.tsx';
import { useTRPC } from '../../trpc/trpc.ts';
import { Card } from '../../ui/Card.tsx';
import { ErrorBanner } from '../../ui/ErrorState.tsx';
import { IconButton } from '../../ui/IconButton.tsx';
import { Skeleton } from '../../ui/Skeleton.tsx';
import { datastoreHref } from '../datastore-words.ts';
import { placeQuery, readPlace, shownNamespace } from './content-address.ts';
import { GroupsTable } from './GroupsTable.tsx';

/** Namespaces left, the groups of the chosen one right. */
export function ContentTab({ name }: { name: string }) {
  const trpc = useTRPC();
  const place = readPlace(new URLSearchParams(useSearchParams().toString()));
  const { data: namespaces } = useQuery(trpc.namespace.list.queryOptions({ datastore: name }));
  const namespace = shownNamespace(place.namespace, namespaces);
  return (
    <div className="grid min-w-0 grid-cols-[minmax(0,1fr)] items-start gap-4 lg:grid-cols-[272px_minmax(0,1fr)]">
      <Namespaces name={name} selected={namespace} />
      <GroupsTable key={namespace} datastore={name} namespace={namespace} />
    </div>
  );
}

function Namespaces({ name, selected }: { name: string; selected: string }) {
  const trpc = useTRPC();
  const router = useRouter();
  const { lacks } = usePermissions();
  const [adding, setAdding] = useState(false);
  const query = useQuery(trpc.namespace.list.queryOptions({ datastore: name }));
  const open = (path: string) => router.push(`${datastoreHref(name, 'content')}${placeQuery(path)}`);
  return (
    <Card
      title="Namespaces"
      flush
      actions={
        <IconButton
          size="small"
          label="Add namespace"
          icon={<Plus />}
          onClick={() => setAdding(true)}
          disabledReason={lacks(datastorePath(name, selected as NamespacePath), 'Datastore.Modify')}
        />
      }
    >
      <QueryRefusal error={query.error} title="You cannot see its namespaces">
        <div className="px-2 pb-2">
          {query.error && (
            <ErrorBanner
              title="They could not be loaded"
              error={errorDetails(query.error)}
              onRetry={() => void query.refetch()}
            />
          )}
          {query.isPending && <Skeleton className="m-2" />}
          {query.data && (
            <NamespaceTreeView datastore={name} namespaces={query.data} selected={selected} onSelect={open} />
          )}
        </div>
      </QueryRefusal>
      {adding && query.data && (
        <AddNamespaceDialog
          datastore={name}
          namespaces={query.data}
          parent={selected}
          onClose={() => setAdding(false)}
          onCreated={open}
        />
      )}
    </Card>
  );
}
