import type { GcResult, VerifyResult } from '../upkeep/upkeep.ts';
import { type Summary, summarizeSamples } from './summary.ts';
import { median } from './table.ts';

/** What the rounds of the upkeep come to: medians, and the largest memory. */

export interface GcSummary {
  mark: number;
  sweep: number;
  /** Of both together. */
  least: number;
  total: number;
  cpu: number;
  peakBytes: number;
}

export interface GcSummaries {
  ours: GcSummary;
  ceiling: GcSummary | null;
  /** Times of the ceiling by ours. */
  ratio: number | null;
  markRatio: number | null;
  sweepRatio: number | null;
}

export function gcFigures({ runs, ceiling: reached }: GcResult): GcSummaries {
  const ours = summarizeGc(
    runs.map((run) => ({ ...run, mark: run.markSeconds, sweep: run.sweepSeconds, cpu: run.cpuSeconds })),
  );
  const times = reached.map((run) => ({
    ...{ mark: run.readSeconds, sweep: run.listSeconds, cpu: run.cpuSeconds },
    peakBytes: run.peakBytes,
  }));
  const ceiling = times.length === 0 ? null : summarizeGc(times);
  const ratio = (pick: (summary: GcSummary) => number) => ceiling && pick(ceiling) / pick(ours);
  return {
    ...{ ours, ceiling },
    ratio: ratio(({ total }) => total),
    markRatio: ratio(({ mark }) => mark),
    sweepRatio: ratio(({ sweep }) => sweep),
  };
}

function summarizeGc(runs: readonly Pick<GcSummary, 'mark' | 'sweep' | 'cpu' | 'peakBytes'>[]): GcSummary {
  const totals = runs.map(({ mark, sweep }) => mark + sweep);
  return {
    mark: median(runs.map(({ mark }) => mark)),
    sweep: median(runs.map(({ sweep }) => sweep)),
    least: Math.min(...totals),
    total: median(totals),
    cpu: median(runs.map(({ cpu }) => cpu)),
    peakBytes: Math.max(...runs.map(({ peakBytes }) => peakBytes)),
  };
}

export function programsOf({ samples }: VerifyResult): string[] {
  const order = ['IBS', 'restic', 'borg', 'ceiling'];
  return order.filter((name) => samples.some(({ program }) => program === name));
}

export function verifySummary(
  { samples }: VerifyResult,
  program: string,
): { summary: Summary; taskSeconds: number | null } {
  const own = samples.filter((sample) => sample.program === program);
  const seconds = own.map(({ taskSeconds }) => taskSeconds).filter((value) => value !== null);
  return {
    summary: summarizeSamples(own.map(({ sample }) => sample)),
    taskSeconds: seconds.length === 0 ? null : median(seconds),
  };
}

/** How many times as fast we are; null when one of both was not measured. */
export function verifyRatio(verify: VerifyResult, program: string): number | null {
  const programs = programsOf(verify);
  if (!programs.includes('IBS') || !programs.includes(program)) return null;
  const seconds = (name: string) => verifySummary(verify, name).summary.medianSeconds;
  return seconds(program) / seconds('IBS');
}
