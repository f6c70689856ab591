'use client';

import { useQuery } from '@tanstack/react-query';
import { RUNNING_TASKS } from '../shell/running-tasks.ts';
import { useTRPC } from '../trpc/trpc.ts';
import type { Overview } from '../trpc/views.ts';
import { Button } from '../ui/Button.tsx';
import { Card } from '../ui/Card.tsx';
import { ChecklistItem } from './ChecklistItem.tsx';
import { ENDED_TASKS } from './dashboard-queries.ts';
import { prepareChecklist } from './prepare-checklist.ts';

interface ChecklistProps {
  overview: Overview;
  onHide: () => void;
}

/** From an empty server to the first snapshot; it ticks itself off. */
export function Checklist({ overview, onHide }: ChecklistProps) {
  const trpc = useTRPC();
  const { data: running } = useQuery(trpc.task.list.queryOptions(RUNNING_TASKS));
  const { data: ended } = useQuery(trpc.task.list.queryOptions(ENDED_TASKS));
  const tasks = [...(running?.tasks ?? []), ...(ended?.tasks ?? [])];
  const steps = prepareChecklist(overview.checklist, tasks);
  const done = steps.filter((step) => step.state === 'done').length;
  const complete = done === steps.length;
  return (
    <Card
      title={complete ? 'The first snapshot is here' : 'First steps'}
      note={`${done} of ${steps.length} done`}
      actions={
        complete && (
          <Button size="small" onClick={onHide}>
            Hide
          </Button>
        )
      }
    >
      <ol className="grid">
        {steps.map((step) => (
          <ChecklistItem key={step.id} step={step} datastores={overview.datastores} />
        ))}
      </ol>
    </Card>
  );
}
