import { workerData } from 'node:worker_threads';
import { ownMemory, serveThread } from '../threads/serve-thread.ts';
import { type ChunkAnswer, type ChunkJob, runChunkJob } from './chunk-jobs.ts';
import { ShardMutex } from './shard-mutex.ts';

/** A worker thread of the chunk pool. */

export interface ThreadData {
  mutexMemory: SharedArrayBuffer;
}

const { mutexMemory } = workerData as ThreadData;
const mutex = new ShardMutex(mutexMemory);

serveThread<ChunkJob, ChunkAnswer>(
  (job) => runChunkJob(job, mutex),
  (answer) => {
    if (answer.kind === 'decoded')
      return [...ownMemory(answer.payload), ...(answer.spare ? ownMemory(answer.spare) : [])];
    return answer.kind === 'ingested' ? ownMemory(answer.encoded) : [];
  },
);
