import { sentence } from '#domain/sentence.ts';
import type { ProbeResult, ProbeTarget } from '#engine/probe/probe-place.ts';

/** What the worker, the process that starts probes, and the probes say to each other. */

export interface ProbeQuestion {
  id: number;
  target: ProbeTarget;
  /** Milliseconds since 1970. */
  nowMs: number;
}

export interface ProbeAnswer {
  id: number;
  result: ProbeResult;
}

export const PROBE_DEADLINE_MS = 10_000;

/** The result of a probe that came to none. */
export function brokenProbe(reason: string): ProbeResult {
  return {
    steps: [{ name: 'Probe', outcome: 'failed', ms: PROBE_DEADLINE_MS, detail: reason }],
    reachable: false,
    writable: false,
    certain: false,
    warnings: [],
    reason: sentence(reason),
    capacity: null,
    mount: null,
  };
}
