import { BackupError } from '#domain/errors.ts';
import type { IndexReader } from '#engine/indexes/index-reader.ts';
import { ownMemory } from '#engine/threads/serve-thread.ts';
import { ThreadPool } from '#engine/threads/thread-pool.ts';
import type { RestoreProblem, RestoreTotals } from '../pxar/restore-report.ts';
import type { ChunkSource } from './chunk-source.ts';
import type { PlainRestoreOptions, TreeAnswer, TreeJob, TreeThreadData } from './tree-thread.ts';

export interface TreeRestore {
  index: IndexReader;
  source: ChunkSource;
  target: string;
  options: PlainRestoreOptions;
  signal: AbortSignal;
  done: (bytes: number) => void;
  problem: (problem: RestoreProblem) => void;
}

/** Restores a whole directory archive. Parsing and writing have a thread of their own, fed in order. */
export async function restoreTree(job: TreeRestore): Promise<RestoreTotals> {
  const data: TreeThreadData = { target: job.target, options: job.options };
  const thread = new ThreadPool<TreeJob, TreeAnswer>(new URL('./tree-thread.ts', import.meta.url), 1, data);
  const hear = (answer: TreeAnswer): TreeAnswer => {
    for (const problem of answer.problems) job.problem(problem);
    return answer;
  };
  let writing: Promise<unknown> = Promise.resolve();
  try {
    await thread.run({ kind: 'open' });
    for await (const { entry, payload } of job.source.inOrder(job.index)) {
      await writing; // one piece is written while the next ones are fetched
      if (job.signal.aborted) throw new BackupError('CANCELLED', 'The restore was cancelled.');
      writing = thread.run({ kind: 'bytes', bytes: payload }, ownMemory(payload)).then((answer) => {
        hear(answer);
        if (answer.spare) job.source.memory.giveBack(answer.spare);
        job.done(entry.end - entry.start);
      });
      writing.catch(() => {}); // heard at the next turn
    }
    await writing;
    return hear(await thread.run({ kind: 'end' })).totals;
  } finally {
    await writing.catch(() => {});
    await thread.run({ kind: 'close' }).catch(() => {});
    await thread.close();
  }
}
