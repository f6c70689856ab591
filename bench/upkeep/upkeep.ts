import type { Meter, Sample } from '../measuring/measure.ts';
import type { BenchOptions } from '../options.ts';
import type { CeilingFigures, CollectFigures, GcStoreFacts } from '../programs/gc-figures.ts';
import type { Workspace } from '../workspace.ts';

/** What was measured of the work that a server does for itself: collecting garbage, verifying, pruning. */

export interface UpkeepContext {
  workspace: Workspace;
  meter: Meter;
  options: BenchOptions;
  say: (line: string) => void;
}

export type GcRun = CollectFigures & { peakBytes: number };

export interface GcResult {
  chunks: number;
  store: GcStoreFacts;
  /** Marking and sweeping alone. */
  lean: GcRun[];
  /** With the sizes of chunks, and who uses the space, as a server collects. */
  full: GcRun[];
  /** Why there is no ceiling; null when there is one. */
  leftOut: string | null;
  ceiling: (CeilingFigures & { peakBytes: number })[];
}

export interface VerifyResult {
  bytes: number;
  /** What each program has stored of it. */
  stored: Record<string, number>;
  /** `taskSeconds`: of ours, without the command line. */
  samples: { program: string; round: number; sample: Sample; taskSeconds: number | null }[];
}

export interface MaintenanceResult {
  files: number;
  bytes: number;
  snapshots: number;
  keep: number;
  runs: MaintenanceRun[];
}

export interface MaintenanceRun {
  program: string;
  round: number;
  /** In order. */
  steps: { name: string; sample: Sample; taskSeconds: number | null }[];
  storedBefore: number;
  storedAfter: number;
}

export interface PlanResult {
  snapshots: number;
  keep: string;
  zone: string;
  runs: { name: string; firstMs: number; medianMs: number; removed: number }[];
}

export interface UpkeepResult {
  gc: GcResult | null;
  verify: VerifyResult | null;
  maintenance: MaintenanceResult | null;
  plan: PlanResult | null;
}
