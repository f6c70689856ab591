import type { ParallelFigures } from '../parallel.ts';
import type { Operation, ScenarioResult } from '../scenario.ts';
import { faster, summarize } from './summary.ts';

/** The targets of the design, and what a run says about each. */

export interface TargetLine {
  what: string;
  target: string;
  measured: string;
  verdict: 'reached' | 'NOT reached' | 'not measured';
}

interface SpeedTarget {
  kind: 'image' | 'tree';
  operation: Operation;
  what: string;
  atLeast: number;
  stretch: number;
}

const SPEED: readonly SpeedTarget[] = [
  { kind: 'image', operation: 'first', what: 'image, first backup', atLeast: 2.2, stretch: 3.5 },
  { kind: 'image', operation: 'again', what: 'image, unchanged, read again', atLeast: 2.5, stretch: 3.8 },
  { kind: 'image', operation: 'changed', what: 'image, changed', atLeast: 2, stretch: 2.6 },
  { kind: 'tree', operation: 'first', what: 'tree, first backup', atLeast: 2, stretch: 2.5 },
  { kind: 'tree', operation: 'again', what: 'tree, unchanged, read again', atLeast: 2, stretch: 2.5 },
  { kind: 'tree', operation: 'metadata', what: 'tree, unchanged, by metadata ¹', atLeast: 3, stretch: 4 },
  { kind: 'image', operation: 'restore', what: 'image, restore', atLeast: 1.3, stretch: 1.8 },
  { kind: 'tree', operation: 'restore', what: 'tree, restore', atLeast: 1.5, stretch: 1.8 },
];

const CLIENT_MAX_MB = 200;
export const WORKER_MAX_MB = 400;
const CALL_MAX_MS = 100;

export function judge(
  results: readonly ScenarioResult[],
  parallel: readonly ParallelFigures[],
): TargetLine[] {
  const of = (kind: string) => results.find((result) => result.kind === kind);
  const speed = SPEED.map((goal) => judgeSpeed(goal, faster(of(goal.kind), goal.operation, 'restic')));
  const images = SPEED.filter(({ kind, operation }) => kind === 'image' && operation !== 'restore').map(
    ({ what, operation }) => judgeBorg(what, faster(of('image'), operation, 'borg')),
  );
  return [...speed, ...images, ...judgeMemory(results), ...judgeParallel(parallel)];
}

function judgeSpeed(goal: SpeedTarget, ratio: number | null): TargetLine {
  const target = `≥ ${goal.atLeast} × restic (stretch ${goal.stretch} ×)`;
  if (ratio === null) return { what: goal.what, target, measured: '–', verdict: 'not measured' };
  const verdict = ratio >= goal.atLeast ? 'reached' : 'NOT reached';
  const beyond = ratio >= goal.stretch ? ', stretch too' : '';
  return { what: goal.what, target, measured: `${ratio.toFixed(2)} ×${beyond}`, verdict };
}

function judgeBorg(what: string, ratio: number | null): TargetLine {
  const target = 'never slower than borg';
  if (ratio === null) return { what, target, measured: '–', verdict: 'not measured' };
  return { what, target, measured: `${ratio.toFixed(2)} ×`, verdict: ratio >= 1 ? 'reached' : 'NOT reached' };
}

function judgeMemory(results: readonly ScenarioResult[]): TargetLine[] {
  const ours = results.flatMap((result) =>
    (['first', 'again', 'metadata', 'changed', 'restore'] as const).map((operation) =>
      summarize(result, operation, 'IBS'),
    ),
  );
  const peak = (pick: (index: number) => number | null | undefined) =>
    Math.max(0, ...ours.map((_, index) => pick(index) ?? 0)) / 1e6;
  return [
    judgePeak(
      'memory, client',
      CLIENT_MAX_MB,
      peak((index) => ours[index]?.peakBytes),
    ),
    judgePeak(
      'memory, worker (one backup at a time)',
      WORKER_MAX_MB,
      peak((index) => ours[index]?.serverPeakBytes),
    ),
  ];
}

function judgeParallel(runs: readonly ParallelFigures[]): TargetLine[] {
  const worst = (pick: (figures: ParallelFigures) => number) => Math.max(0, ...runs.map(pick));
  const delay = worst(({ calls }) => calls.p99);
  return [
    judgePeak('memory, worker, four backups', WORKER_MAX_MB, worst((run) => run.workerPeakBytes) / 1e6),
    {
      what: 'small call beside four backups, p99',
      target: `≤ ${CALL_MAX_MS} ms`,
      measured: runs.length === 0 ? '–' : `${delay.toFixed(0)} ms`,
      verdict: runs.length === 0 ? 'not measured' : delay <= CALL_MAX_MS ? 'reached' : 'NOT reached',
    },
  ];
}

export function judgePeak(what: string, most: number, peakMb: number): TargetLine {
  const target = `≤ ${most} MB`;
  if (peakMb === 0) return { what, target, measured: '–', verdict: 'not measured' };
  return {
    what,
    target,
    measured: `${peakMb.toFixed(0)} MB`,
    verdict: peakMb <= most ? 'reached' : 'NOT reached',
  };
}
