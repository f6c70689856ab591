import { BackupError } from '#domain/errors.ts';
import type { ProbeResult } from '#engine/probe/probe-place.ts';
import type { OwnedDatastore } from './owned-datastore.ts';
import type { Ownership } from './ownership.ts';
import type { WorkerContext } from './worker-context.ts';

export const PROBE_EVERY_MS = 30_000;

/** Probes every owned datastore now and again. */
export class Prober {
  readonly #context: WorkerContext;
  readonly #ownership: Ownership;
  readonly #busy = new Set<string>();
  #timer: NodeJS.Timeout | null = null;

  constructor(context: WorkerContext, ownership: Ownership) {
    this.#context = context;
    this.#ownership = ownership;
  }

  start(): void {
    this.#timer = setInterval(() => {
      for (const owned of this.#ownership.list()) void this.probe(owned);
    }, PROBE_EVERY_MS);
  }

  stop(): void {
    if (this.#timer) clearInterval(this.#timer);
  }

  /** Leaves alone what is being made or is offline on purpose. */
  async probe(owned: OwnedDatastore): Promise<void> {
    if (this.#busy.has(owned.id)) return;
    this.#busy.add(owned.id);
    try {
      await owned.reload();
      const { phase, maintenance, identity } = owned.row;
      if (phase !== 'ready' || identity === null || maintenance?.mode === 'offline') return;
      await probeNow(this.#context, owned);
    } catch (error) {
      this.#context.log.error({ err: error, datastore: owned.name }, 'probe failed');
    } finally {
      this.#busy.delete(owned.id);
    }
  }
}

/** Probes a datastore and lets its status follow. */
export async function probeNow(context: WorkerContext, owned: OwnedDatastore): Promise<ProbeResult> {
  const { config, identity } = owned.row;
  if (identity === null || config.mount === null) {
    throw new BackupError('DATASTORE_LAYOUT_INVALID', `The datastore ${owned.name} was never completed.`);
  }
  const target = { path: config.path, uuid: identity, mount: config.mount };
  const result = await context.probes.probe(target, context.clock.now());
  await owned.applyProbe(result);
  return result;
}
