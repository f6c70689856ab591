import type { Metadata } from 'next';
import { TasksPage } from '#components/task/TasksPage.tsx';
import { TASK_FILTER_IDS, taskQuestion } from '#components/task/task-question.ts';
import { readTableState } from '#components/ui/table/table-state.ts';
import { Prefetched } from '../../Prefetched.tsx';
import { parametersOf, type SearchParams } from '../../page-parameters.ts';

export const metadata: Metadata = { title: 'Tasks' };

export default async function Page({ searchParams }: { searchParams: SearchParams }) {
  const spec = { filterIds: TASK_FILTER_IDS, sortableIds: [], columnIds: [], defaultSort: null };
  const question = taskQuestion(readTableState(parametersOf(await searchParams), spec));
  return (
    <Prefetched ask={(queries, api) => [queries.prefetchQuery(api.task.list.queryOptions(question))]}>
      <TasksPage />
    </Prefetched>
  );
}
