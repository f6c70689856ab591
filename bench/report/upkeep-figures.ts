import type { GcResult, GcRun, VerifyResult } from '../upkeep/upkeep.ts';
import { type Summary, summarizeSamples } from './summary.ts';
import { median } from './table.ts';

/** What the rounds of the upkeep come to: medians, and the largest memory. */

export interface GcSummary {
  mark: number;
  sweep: number;
  /** Who uses the space. */
  use: number;
  /** Of all together. */
  least: number;
  total: number;
  cpu: number;
  peakBytes: number;
}

export interface GcSummaries {
  lean: GcSummary | null;
  full: GcSummary | null;
  ceiling: GcSummary | null;
  /** Times of the ceiling by ours: of the lean one, and of the full one. */
  ratio: number | null;
  fullRatio: number | null;
  markRatio: number | null;
  sweepRatio: number | null;
}

export function gcFigures(gc: GcResult): GcSummaries {
  const [lean, full] = [gc.lean, gc.full].map((runs) => summarizeGc(runs.map(partsOf)));
  const ceiling = summarizeGc(
    gc.ceiling.map(({ readSeconds, listSeconds, cpuSeconds, peakBytes }) => ({
      ...{ mark: readSeconds, sweep: listSeconds, use: 0, cpu: cpuSeconds, peakBytes },
    })),
  );
  const ratio = (pick: (summary: GcSummary) => number, ours: GcSummary | null = lean ?? null) =>
    ceiling && ours && pick(ceiling) / pick(ours);
  return {
    ...{ lean: lean ?? null, full: full ?? null, ceiling },
    ratio: ratio(({ total }) => total),
    fullRatio: ratio(({ total }) => total, full ?? null),
    markRatio: ratio(({ mark }) => mark),
    sweepRatio: ratio(({ sweep }) => sweep),
  };
}

type Parts = Pick<GcSummary, 'mark' | 'sweep' | 'use' | 'cpu' | 'peakBytes'>;

function partsOf({ markSeconds, sweepSeconds, useSeconds, cpuSeconds, peakBytes }: GcRun): Parts {
  return { mark: markSeconds, sweep: sweepSeconds, use: useSeconds, cpu: cpuSeconds, peakBytes };
}

function summarizeGc(runs: readonly Parts[]): GcSummary | null {
  if (runs.length === 0) return null;
  const totals = runs.map(({ mark, sweep, use }) => mark + sweep + use);
  return {
    mark: median(runs.map(({ mark }) => mark)),
    sweep: median(runs.map(({ sweep }) => sweep)),
    least: Math.min(...totals),
    total: median(totals),
    use: median(runs.map(({ use }) => use)),
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
