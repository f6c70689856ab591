import type { ErrorCode } from '#domain/errors.ts';
import type { PlaceContent } from '#domain/place-report.ts';
import { sentence } from '#domain/sentence.ts';
import type { PlaceInspection, PlaceLook } from '#engine/probe/inspect-place.ts';
import type { ProbeResult, ProbeTarget } from '#engine/probe/probe-place.ts';

/** What the worker, the process that starts probes, and the probes say to each other. */

export type ProbeQuestion =
  | { ask: 'probe'; target: ProbeTarget; nowMs: number }
  | { ask: 'inspect'; look: PlaceLook }
  | { ask: 'content'; path: string; patienceMs: number };

export interface ProbeAnswers {
  probe: ProbeResult;
  inspect: PlaceInspection;
  content: PlaceContent;
}

/** An error loses all but these on its way between processes. */
export interface ProbeFailure {
  code: ErrorCode;
  message: string;
  hint?: string | undefined;
}

export type ProbeOutcome = { value: unknown } | { failure: ProbeFailure };

export interface NumberedQuestion {
  id: number;
  question: ProbeQuestion;
}

export interface NumberedOutcome {
  id: number;
  outcome: ProbeOutcome;
}

export const PROBE_DEADLINE_MS = 10_000;

/** It came to nothing, for a reason that has to do with the storage or with the process. */
export function noAnswer(reason: string): ProbeOutcome {
  return { failure: { code: 'STORAGE_UNREACHABLE', message: reason } };
}

export function pathOf(question: ProbeQuestion): string {
  switch (question.ask) {
    case 'probe':
      return question.target.path;
    case 'inspect':
      return question.look.path;
    case 'content':
      return question.path;
  }
}

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
