'use client';

import { useQuery } from '@tanstack/react-query';
import { Updated } from '../live/Updated.tsx';
import { maybeErrorDetails } from '../trpc/api-error.ts';
import { QueryRefusal } from '../trpc/QueryRefusal.tsx';
import { useTRPC } from '../trpc/trpc.ts';
import { ErrorState } from '../ui/ErrorState.tsx';
import { PageHeader } from '../ui/PageHeader.tsx';
import { Skeleton } from '../ui/Skeleton.tsx';
import { ServerCard } from './ServerCard.tsx';
import { SettingsForm } from './SettingsForm.tsx';

export function SettingsPage() {
  const trpc = useTRPC();
  const query = useQuery(trpc.settings.get.queryOptions());
  const error = maybeErrorDetails(query.error);
  return (
    <>
      <PageHeader
        title="Settings"
        meaning="What holds for the whole installation."
        actions={<Updated at={query.dataUpdatedAt} />}
      />
      <QueryRefusal error={query.error} title="You cannot see the settings">
        {query.data ? (
          <SettingsForm settings={query.data} />
        ) : error ? (
          <ErrorState
            title="The settings could not be loaded"
            error={error}
            onRetry={() => void query.refetch()}
          />
        ) : (
          <Skeleton className="h-96 rounded-lg" />
        )}
      </QueryRefusal>
      <ServerCard />
    </>
  );
}
