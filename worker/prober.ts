import { BackupError } from '#domain/errors.ts';
import type { ProbeResult } from '#engine/probe/probe-place.ts';
import type { OwnedDatastore } from './owned-datastore.ts';
import type { Ownership } from './ownership.ts';
import type { WorkerContext } from './worker-context.ts';

const PROBE_EVERY_MS = 30_000;
/**
 * After a probe that failed in passing, or work that did. Storage that hangs right after a good probe is then offline
 * after 30 + 3 × 10 s for the answers that do not come + 2 × 10 s between them, which is within the promised 90.
 */
const LOOK_AGAIN_MS = 10_000;

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
    this.#timer = null;
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
    if (owned.row.probeMisses > 0 && owned.row.status !== 'offline') this.#probeLater(owned);
  }

  #probeLater(owned: OwnedDatastore): void {
    setTimeout(() => {
      if (this.#timer && this.#ownership.get(owned.id) === owned) void this.probe(owned);
    }, LOOK_AGAIN_MS).unref();
  }
}

/** Probes a datastore and lets its status follow. */
export async function probeNow(context: WorkerContext, owned: OwnedDatastore): Promise<ProbeResult> {
  const { config, identity } = owned.row;
  if (identity === null || config.mount === null) {
    throw new BackupError('DATASTORE_LAYOUT_INVALID', `The datastore ${owned.name} was never completed.`);
  }
  const target = { path: config.path, uuid: identity, mount: config.mount };
  return owned.probe(() => context.probes.probe(target, context.clock.now()));
}
