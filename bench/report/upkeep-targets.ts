import type { GcResult, UpkeepResult, VerifyResult } from '../upkeep/upkeep.ts';
import { judgePeak, type TargetLine, WORKER_MAX_MB } from './targets.ts';
import { gcFigures, verifyRatio, verifySummary } from './upkeep-figures.ts';

const GC_SHARE = { atLeast: 0.5, stretch: 0.8 };
const BYTES_A_CHUNK_MAX = 64;
const VERIFY = [
  { program: 'restic', atLeast: 1.6, stretch: null },
  { program: 'borg', atLeast: 2.4, stretch: null },
  { program: 'ceiling', atLeast: 0.8, stretch: 0.95 },
] as const;

/** The targets of what was measured. */
export function judgeUpkeep({ gc, verify }: UpkeepResult): TargetLine[] {
  return [
    ...(gc === null || gc.lean.length === 0 ? [] : judgeGc(gc)),
    ...(verify === null || verify.samples.length === 0 ? [] : judgeVerify(verify)),
  ];
}

function judgeGc(gc: GcResult): TargetLine[] {
  const { ratio, fullRatio } = gcFigures(gc);
  const bytes = Math.max(...gc.lean.map(({ tableBytes, neededChunks }) => tableBytes / neededChunks));
  return [
    judgeRatio('garbage collection, mark and sweep', 'of the ceiling', GC_SHARE, ratio),
    judgeRatio('garbage collection, as a server collects', 'of the ceiling', GC_SHARE, fullRatio),
    {
      what: 'garbage collection, table of marks',
      target: `≤ ${BYTES_A_CHUNK_MAX} bytes a chunk`,
      measured: `${bytes.toFixed(1)} bytes`,
      verdict: bytes <= BYTES_A_CHUNK_MAX ? 'reached' : 'NOT reached',
    },
  ];
}

function judgeVerify(verify: VerifyResult): TargetLine[] {
  const speed = VERIFY.map(({ program, ...goal }) => {
    const unit = program === 'ceiling' ? 'of the ceiling' : `× ${program}`;
    const line = judgeRatio('verification', unit, goal, verifyRatio(verify, program));
    return program === 'ceiling' ? withTask(line, verify) : line;
  });
  const { summary } = verifySummary(verify, 'IBS');
  const peak = judgePeak('memory, worker, verification', WORKER_MAX_MB, (summary.serverPeakBytes ?? 0) / 1e6);
  return [...speed, peak];
}

/** The verdict is on what a user waits for, but on a short run the command line is a good part of that. */
function withTask(line: TargetLine, verify: VerifyResult): TargetLine {
  const { taskSeconds } = verifySummary(verify, 'IBS');
  if (taskSeconds === null || line.verdict === 'not measured') return line;
  const ratio = verifySummary(verify, 'ceiling').summary.medianSeconds / taskSeconds;
  return { ...line, measured: `${line.measured} (${ratio.toFixed(2)} by the task alone)` };
}

function judgeRatio(
  what: string,
  unit: string,
  { atLeast, stretch }: { atLeast: number; stretch: number | null },
  ratio: number | null,
): TargetLine {
  const target = `≥ ${atLeast} ${unit}${stretch === null ? '' : ` (stretch ${stretch})`}`;
  if (ratio === null) return { what, target, measured: '–', verdict: 'not measured' };
  const beyond = stretch !== null && ratio >= stretch ? ', stretch too' : '';
  const verdict = ratio >= atLeast ? 'reached' : 'NOT reached';
  return { what, target, measured: `${ratio.toFixed(2)}${beyond}`, verdict };
}
