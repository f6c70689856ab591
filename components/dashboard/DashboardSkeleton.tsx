import { Skeleton } from '../ui/Skeleton.tsx';

/** The page as it looks with a few datastores and nothing wrong. */
export function DashboardSkeleton() {
  return (
    <>
      <Skeleton className="h-11.5 rounded-lg" />
      <div className="grid gap-4 pt-9 pb-6 sm:grid-cols-2 xl:grid-cols-3">
        <Skeleton className="h-58 rounded-lg" />
        <Skeleton className="h-58 rounded-lg" />
        <Skeleton className="h-58 rounded-lg" />
      </div>
      <div className="grid gap-4 lg:grid-cols-2">
        <Skeleton className="h-72 rounded-lg" />
        <Skeleton className="h-72 rounded-lg" />
      </div>
      <Skeleton className="h-112 rounded-lg" />
    </>
  );
}
