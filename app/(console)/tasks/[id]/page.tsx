import type { Metadata } from 'next';
import { TaskPage } from '#components/task/TaskPage.tsx';
import { Prefetched } from '../../../Prefetched.tsx';
import { pageCaller } from '../../../page-context.ts';

interface PageProps {
  params: Promise<{ id: string }>;
}

export async function generateMetadata({ params }: PageProps): Promise<Metadata> {
  const { id } = await params;
  try {
    const { title, subject } = await (await pageCaller()).task.get({ id });
    return { title: `${title} · ${subject}` };
  } catch {
    return { title: 'Task' }; // the page itself says what is wrong
  }
}

export default async function Page({ params }: PageProps) {
  const { id } = await params;
  return (
    <Prefetched ask={(queries, api) => [queries.prefetchQuery(api.task.get.queryOptions({ id }))]}>
      <TaskPage id={id} />
    </Prefetched>
  );
}
