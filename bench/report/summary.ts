import type { Sample } from '../measuring/measure.ts';
import type { Operation, ScenarioResult } from '../scenario.ts';
import { median } from './table.ts';

/** What the rounds of one peer and one operation come to. */
export interface Summary {
  minSeconds: number;
  medianSeconds: number;
  /** Medians. */
  cpuSeconds: number;
  serverCpuSeconds: number | null;
  /** Largest. */
  peakBytes: number;
  serverPeakBytes: number | null;
}

export function summarize(
  result: ScenarioResult | undefined,
  operation: Operation,
  peer: string,
): Summary | null {
  const samples = (result?.samples ?? [])
    .filter((entry) => entry.operation === operation && entry.peer === peer)
    .map(({ sample }) => sample);
  return samples.length === 0 ? null : summarizeSamples(samples);
}

/** Of at least one run. */
export function summarizeSamples(samples: readonly Sample[]): Summary {
  const wall = samples.map(({ wallSeconds }) => wallSeconds);
  const server = samples.map((sample) => sample.server).filter((one) => one !== null);
  return {
    minSeconds: Math.min(...wall),
    medianSeconds: median(wall),
    cpuSeconds: median(samples.map((sample) => sample.cpuSeconds)),
    serverCpuSeconds: server.length > 0 ? median(server.map((one) => one.cpuSeconds)) : null,
    peakBytes: Math.max(...samples.map((sample) => sample.peakBytes)),
    serverPeakBytes: server.length > 0 ? Math.max(...server.map((one) => one.peakBytes)) : null,
  };
}

/** How many times as fast we are as the peer, by medians. */
export function faster(
  result: ScenarioResult | undefined,
  operation: Operation,
  peer: string,
): number | null {
  const ours = summarize(result, operation, 'IBS');
  const theirs = summarize(result, operation, peer);
  return ours && theirs ? theirs.medianSeconds / ours.medianSeconds : null;
}

/** CPU time of the peer, as a multiple of ours with that of the server: it tells also on a busy machine. */
export function cpuRatio(result: ScenarioResult, operation: Operation, peer: string): number | null {
  const ours = summarize(result, operation, 'IBS');
  const theirs = summarize(result, operation, peer);
  return ours && theirs ? theirs.cpuSeconds / (ours.cpuSeconds + (ours.serverCpuSeconds ?? 0)) : null;
}

export function peersOf(result: ScenarioResult): string[] {
  const order = ['IBS', 'restic', 'borg', 'ceiling'];
  return order.filter((name) => result.samples.some(({ peer }) => peer === name));
}

export function operationsOf(result: ScenarioResult): Operation[] {
  return [...new Set(result.samples.map(({ operation }) => operation))];
}
