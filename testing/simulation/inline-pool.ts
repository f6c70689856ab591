import { type ChunkAnswer, type ChunkJob, runChunkJob } from '#engine/chunks/chunk-jobs.ts';
import { ChunkPool } from '#engine/chunks/chunk-pool.ts';

/** Does the work of the threads in this one, so that their speed decides nothing. */
export class InlinePool extends ChunkPool {
  override async run(job: ChunkJob): Promise<ChunkAnswer> {
    return runChunkJob(job, this.mutex);
  }
}
