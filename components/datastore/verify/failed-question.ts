import type { SnapshotListInput } from '../../trpc/views.ts';

const SHOWN = 20;

/** The newest that were found damaged. */
export function failedQuestion(datastore: string): SnapshotListInput {
  return { datastore, verified: 'failed', limit: SHOWN };
}
