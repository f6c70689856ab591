'use client';

import { useQuery } from '@tanstack/react-query';
import { Database } from 'lucide-react';
import { taskHref } from '../task/task-words.ts';
import { useTRPC } from '../trpc/trpc.ts';
import { ButtonLink } from '../ui/Button.tsx';
import { StateBlock } from '../ui/StateBlock.tsx';

/** No such datastore, or not yet: while it is being made, its task is the place to look. */
export function DatastoreMissing({ name }: { name: string }) {
  const trpc = useTRPC();
  const { data } = useQuery(
    trpc.task.list.queryOptions(
      { kinds: ['datastore.create', 'datastore.adopt'], states: ['queued', 'running'], limit: 20 },
      { retry: false },
    ),
  );
  const making = data?.tasks.find((task) => task.datastore === name);
  return (
    <StateBlock
      wholePage
      icon={<Database />}
      title={making ? `${name} is being made` : `There is no datastore ${name}`}
      actions={
        making ? (
          <ButtonLink href={taskHref(making.id)}>Watch it</ButtonLink>
        ) : (
          <ButtonLink href="/datastores">All datastores</ButtonLink>
        )
      }
    >
      <p>
        {making
          ? 'Its page is here as soon as the task has ended.'
          : 'It was removed, or the address is mistyped.'}
      </p>
    </StateBlock>
  );
}
