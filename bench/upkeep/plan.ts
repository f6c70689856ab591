import { type KeepOptions, planPrune, type RetentionSnapshot } from '#domain/retention.ts';
import { median } from '../report/table.ts';
import type { PlanResult, UpkeepContext, UpkeepResult } from './upkeep.ts';

/** How long a plan of what a prune removes takes, in memory. */

const SNAPSHOTS = 100_000;
const RUNS = 9;
const ZONE = 'Europe/Berlin';
const KEEP: KeepOptions = { last: 3, hourly: 24, daily: 14, weekly: 8, monthly: 24, yearly: 10 };
const LAST_TIME = 1_795_000_000;
const HOUR_SECONDS = 3600;

export function measurePlan({ say }: UpkeepContext, result: UpkeepResult): void {
  say('Planning a prune …');
  const keep = Object.entries(KEEP).map(([rule, count]) => `${rule} ${count}`);
  const plan: PlanResult = { snapshots: SNAPSHOTS, keep: keep.join(', '), zone: ZONE, runs: [] };
  result.plan = plan;
  plan.runs.push(measure('in one group, one every hour', [history(SNAPSHOTS)]));
  const groups = Array.from({ length: 1000 }, () => history(SNAPSHOTS / 1000));
  plan.runs.push(measure('in 1,000 groups of 100, one every hour', groups));
}

function history(snapshots: number): RetentionSnapshot[] {
  return Array.from({ length: snapshots }, (_, number) => ({
    time: LAST_TIME - number * HOUR_SECONDS,
    finished: true,
    protected: number % 1000 === 999,
  }));
}

function measure(name: string, groups: readonly RetentionSnapshot[][]): PlanResult['runs'][number] {
  const times: number[] = [];
  let removed = 0;
  for (let run = 0; run < RUNS; run += 1) {
    const started = performance.now();
    const fates = groups.map((group) => planPrune(group, KEEP, ZONE));
    times.push(performance.now() - started);
    removed = fates.flat().filter(({ mark }) => mark === 'remove').length;
  }
  return { name, firstMs: times[0] ?? Number.NaN, medianMs: median(times), removed };
}
