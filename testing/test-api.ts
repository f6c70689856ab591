import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll } from 'vitest';
import { isFinal, type TaskState } from '#domain/task.ts';
import { makeRuntime, type Runtime } from '#server/runtime.ts';
import type { ServiceContext } from '#server/services/context.ts';
import { createCaller } from '#server/trpc/root.ts';

/** The API of the console in the process of the test, on the database of a gateway. */

const PATIENCE_MS = 30_000;

export type ApiCaller = ReturnType<typeof createCaller>;

export function testApi(databaseUrl: () => string): TestApi {
  const api = new TestApi();
  beforeAll(() => api.start(databaseUrl()));
  afterAll(() => api.stop());
  return api;
}

export interface EndedTask {
  id: string;
  state: TaskState;
  outcome: string | null;
  error: { code: string; message: string; hint?: string | undefined } | null;
  log: string[];
  result: unknown;
}

export class TestApi {
  #runtime: Runtime | null = null;
  readonly #stopping = new AbortController();

  async start(databaseUrl: string): Promise<void> {
    const config = { databaseUrl, dataDirectory: '/nonexistent', secret: randomBytes(32), gatewayPort: 8007 };
    this.#runtime = await makeRuntime({
      config: { ...config, publicUrl: null },
      clock: { now: Date.now, monotonic: () => performance.now() },
      stopping: this.#stopping.signal,
      onError: () => {},
    });
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#runtime?.hub.close();
    await this.#runtime?.queue.stop({ timeoutMs: 1000 });
    await this.#runtime?.database.close();
  }

  /** Everything that a signed-in principal may ask, or that nobody may. */
  as(principal: string | null, more: Partial<ServiceContext> = {}): ApiCaller {
    if (this.#runtime === null) throw new Error('the API has not been started');
    const { db, queue, hub, clock } = this.#runtime;
    const via = principal?.includes('!') ? ('token' as const) : ('session' as const);
    const caller =
      principal === null
        ? null
        : { principal: principal as never, via, sessionId: null, provenAt: new Date() };
    const context: ServiceContext = {
      ...{ runtime: this.#runtime, db, queue, hub, clock },
      ...{ caller, callerNow: async () => caller },
      ...{ source: 'test', requestId: 'test', signal: this.#stopping.signal, cache: {} },
      ...more,
    };
    return createCaller(context);
  }

  /** Waits for the end of a task; how it ended, with all lines of its log. */
  async ended({ taskId }: { taskId: string }, principal = 'admin@ibs'): Promise<EndedTask> {
    const api = this.as(principal);
    const deadline = performance.now() + PATIENCE_MS;
    for (;;) {
      const { id, state, outcome, error, result } = await api.task.get({ id: taskId });
      if (isFinal(state)) {
        const { lines } = await api.task.log({ id: taskId });
        const log = lines.map((line) => `${line.level}: ${line.text}`);
        return { id, state, outcome, error, result, log };
      }
      if (performance.now() > deadline) throw new Error(`task ${taskId} does not end: it is ${state}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}
