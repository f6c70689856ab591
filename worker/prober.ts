import { BackupError } from '#domain/errors.ts';
import type { ProbeResult } from '#engine/probe/probe-place.ts';
import type { OwnedDatastore } from './owned-datastore.ts';
import type { Ownership } from './ownership.ts';
import type { WorkerContext } from './worker-context.ts';

const PROBE_EVERY_MS = 30_000;
/** Each waits up to that much less, by its id: datastores that were taken over together are soon probed apart. */
const SPREAD_MS = 6_000;
/**
 * After a probe that failed in passing, or work that did. Storage that hangs right after a good probe is then offline
 * after 30 + 3 × 10 s for the answers that do not come + 2 × 10 s between them, which is within the promised 90.
 */
const LOOK_AGAIN_MS = 10_000;

/** Probes every owned datastore now and again, from the first time that it is asked to. */
export class Prober {
  readonly #context: WorkerContext;
  readonly #ownership: Pick<Ownership, 'get'>;
  readonly #busy = new Set<string>();
  readonly #next = new Map<string, NodeJS.Timeout>();
  #stopped = false;

  constructor(context: WorkerContext, ownership: Pick<Ownership, 'get'>) {
    this.#context = context;
    this.#ownership = ownership;
  }

  stop(): void {
    this.#stopped = true;
    for (const timer of this.#next.values()) clearTimeout(timer);
    this.#next.clear();
  }

  /** Leaves alone what is being made or is offline on purpose. */
  async probe(owned: OwnedDatastore): Promise<void> {
    if (this.#busy.has(owned.id)) return;
    this.#busy.add(owned.id);
    try {
      await owned.reload();
      const { phase, maintenance, identity } = owned.row;
      const isLeftAlone = phase !== 'ready' || identity === null || maintenance?.mode === 'offline';
      if (!isLeftAlone) await probeNow(this.#context, owned);
    } catch (error) {
      this.#context.log.error({ err: error, datastore: owned.name }, 'probe failed');
    } finally {
      this.#busy.delete(owned.id);
      this.#probeLater(owned);
    }
  }

  #probeLater(owned: OwnedDatastore): void {
    clearTimeout(this.#next.get(owned.id));
    this.#next.delete(owned.id);
    if (this.#stopped) return;
    const isShaky = owned.row.probeMisses > 0 && owned.row.status !== 'offline';
    const delay = isShaky ? LOOK_AGAIN_MS : PROBE_EVERY_MS - SPREAD_MS * shareOf(owned.id);
    this.#next.set(
      owned.id,
      setTimeout(() => {
        if (this.#ownership.get(owned.id) === owned) void this.probe(owned);
      }, delay),
    );
  }
}

/** 0 ≤ share < 1, evenly spread over ids, which are random. */
function shareOf(id: string): number {
  return Number.parseInt(id.slice(-4), 16) / 0x1_00_00;
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
