import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { ProbeResult } from '#engine/probe/probe-place.ts';
import type { OwnedDatastore } from './owned-datastore.ts';
import type { Ownership } from './ownership.ts';
import { brokenProbe, PROBE_DEADLINE_MS } from './probe-messages.ts';
import { Prober } from './prober.ts';
import type { WorkerContext } from './worker-context.ts';

const PROMISED_MS = 85_000;

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('storage that hangs right after a good probe is offline within the time that is promised', async () => {
  const row = { phase: 'ready', maintenance: null, identity: 'one', status: 'online', probeMisses: 0 };
  const owned = {
    ...{ id: 'one', name: 'one', row: { ...row, config: { path: '/one', mount: {} } } },
    reload: async () => {},
    probe: async (ask: () => Promise<ProbeResult>) => {
      if (!(await ask()).reachable) owned.row.probeMisses += 1;
    },
  };
  const hangs = () =>
    new Promise((resolve) => setTimeout(() => resolve(brokenProbe('no answer')), PROBE_DEADLINE_MS));
  const context = { probes: { probe: hangs }, clock: { now: () => 0 } } as unknown as WorkerContext;
  const one = owned as unknown as OwnedDatastore;
  const prober = new Prober(context, { list: () => [one], get: () => one } as unknown as Ownership);
  prober.start();
  await vi.advanceTimersByTimeAsync(PROMISED_MS);
  expect(owned.row.probeMisses).toBeGreaterThanOrEqual(3);
  prober.stop();
});
