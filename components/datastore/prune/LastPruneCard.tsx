import { Card } from '../../ui/Card.tsx';
import { Skeleton } from '../../ui/Skeleton.tsx';
import { ActiveRun } from '../runs/ActiveRun.tsx';
import { LastRun } from '../runs/LastRun.tsx';
import type { Runs } from '../runs/prepare-runs.ts';

/** What runs now, and what the last prune came to. */
export function LastPruneCard({ runs }: { runs: Runs | undefined }) {
  return (
    <Card title="Last prune">
      {runs ? (
        <div className="grid gap-3">
          {runs.active && <ActiveRun task={runs.active} />}
          {runs.last && <LastRun task={runs.last} usualMs={runs.usualMs} />}
          {!runs.active && !runs.last && (
            <p className="text-muted">
              None yet. A prune removes the snapshots that no rule keeps; try a policy below before anything
              goes.
            </p>
          )}
        </div>
      ) : (
        <Skeleton className="h-16" />
      )}
    </Card>
  );
}
