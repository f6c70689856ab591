import { everyMinute } from './every-minute.ts';
import type { Ownership } from './ownership.ts';
import { type JobEvent, startDueJobs } from './start-due-jobs.ts';
import type { WorkerContext } from './worker-context.ts';

/** Looks at each full minute what is due on the datastores that this worker owns. */
export class Scheduler {
  readonly #context: WorkerContext;
  readonly #ownership: Ownership;
  #end: (() => void) | null = null;

  constructor(context: WorkerContext, ownership: Ownership) {
    this.#context = context;
    this.#ownership = ownership;
  }

  start(): void {
    this.#end = everyMinute(this.#context.clock, async (now) => {
      await this.tick(now);
    });
  }

  stop(): void {
    this.#end?.();
  }

  /** One look, at `now` (ms since 1970). What fails is looked at again in a minute; nothing is lost by that. */
  async tick(now: number): Promise<JobEvent[]> {
    const events: JobEvent[] = [];
    for (const { id, name } of this.#ownership.list()) {
      if (this.#context.stopping.aborted) break;
      try {
        events.push(...(await startDueJobs(this.#context, id, now)));
      } catch (error) {
        this.#context.log.warn({ err: error, datastore: name }, 'could not look for due jobs');
      }
    }
    return events;
  }
}
