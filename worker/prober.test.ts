import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { ProbeResult } from '#engine/probe/probe-place.ts';
import type { OwnedDatastore } from './owned-datastore.ts';
import { brokenProbe, PROBE_DEADLINE_MS } from './probe-messages.ts';
import { Prober } from './prober.ts';
import type { WorkerContext } from './worker-context.ts';

const PROMISED_MS = 85_000;

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

type Ask = () => Promise<ProbeResult>;

const hangs: Ask = () =>
  new Promise((resolve) => setTimeout(() => resolve(brokenProbe('no answer')), PROBE_DEADLINE_MS));
const answers: Ask = async () => ({ ...brokenProbe(''), reachable: true });

function datastore(id: string, seen: (at: number) => void = () => {}): OwnedDatastore {
  const config = { path: `/${id}`, mount: {} };
  const row = { phase: 'ready', maintenance: null, identity: id, status: 'online', probeMisses: 0, config };
  const owned = {
    ...{ id, name: id, row },
    reload: async () => {},
    probe: async (ask: Ask) => {
      seen(Date.now());
      if (!(await ask()).reachable) owned.row.probeMisses += 1;
    },
  };
  return owned as unknown as OwnedDatastore;
}

function proberOf(all: OwnedDatastore[], probe: Ask): Prober {
  const context = { probes: { probe: () => probe() }, clock: { now: () => 0 } } as unknown as WorkerContext;
  return new Prober(context, { get: (id) => all.find((one) => one.id === id) });
}

test('storage that hangs right after a good probe is offline within the time that is promised', async () => {
  const one = datastore(randomUUID());
  let ask = answers;
  const prober = proberOf([one], () => ask());
  await prober.probe(one);
  ask = hangs;
  await vi.advanceTimersByTimeAsync(PROMISED_MS);
  expect(one.row.probeMisses).toBeGreaterThanOrEqual(3);
  prober.stop();
});

test('forty datastores taken over at once are soon probed at different times, none more rarely than promised', async () => {
  const times = new Map<number, number[]>();
  const all = Array.from({ length: 40 }, (_, index) => {
    const seen: number[] = [];
    times.set(index, seen);
    return datastore(randomUUID(), (at) => seen.push(at));
  });
  const prober = proberOf(all, answers);
  await Promise.all(all.map((one) => prober.probe(one)));
  await vi.advanceTimersByTimeAsync(600_000);
  for (const seen of times.values()) {
    const gaps = seen.slice(1).map((at, index) => at - (seen[index] ?? 0));
    expect(Math.max(...gaps)).toBeLessThanOrEqual(30_000);
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(24_000);
  }
  const last = [...times.values()].map((seen) => seen.at(-1) ?? 0);
  expect(Math.max(...last) - Math.min(...last)).toBeGreaterThan(10_000);
  prober.stop();
});

test('what is owned no more is not probed again', async () => {
  const times: number[] = [];
  const one = datastore(randomUUID(), (at) => times.push(at));
  const all = [one];
  const prober = proberOf(all, answers);
  await prober.probe(one);
  all.pop();
  await vi.advanceTimersByTimeAsync(120_000);
  expect(times).toHaveLength(1);
  prober.stop();
});
