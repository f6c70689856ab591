import type {
  GcResult,
  MaintenanceResult,
  PlanResult,
  UpkeepResult,
  VerifyResult,
} from '../upkeep/upkeep.ts';
import { type Summary, summarizeSamples } from './summary.ts';
import { median, megabytes, table } from './table.ts';
import { type GcSummary, gcFigures, programsOf, verifyRatio, verifySummary } from './upkeep-figures.ts';

/** The parts of the report on what a server does for itself; those that were not measured are left out. */
export function upkeepSections({ plan, gc, verify, maintenance }: UpkeepResult): string[] {
  return [
    plan === null ? '' : planSection(plan),
    gc === null || gc.lean.length === 0 ? '' : gcSection(gc),
    verify === null || verify.samples.length === 0 ? '' : verifySection(verify),
    maintenance === null || maintenance.runs.length === 0 ? '' : maintenanceSection(maintenance),
  ];
}

function planSection({ snapshots, keep, zone, runs }: PlanResult): string {
  const rows = runs.map(({ name, firstMs, medianMs, removed }) => [
    name,
    firstMs.toFixed(1),
    medianMs.toFixed(1),
    String(removed),
  ]);
  return [
    `Plan of a prune of ${snapshots} snapshots, in memory (keep ${keep}; ${zone})`,
    '',
    table(['snapshots', 'first ms', 'median ms', 'would go'], rows),
  ].join('\n');
}

function gcSection(gc: GcResult): string {
  const { lean, full, ceiling, ratio, fullRatio, markRatio, sweepRatio } = gcFigures(gc);
  const { snapshots, groups } = gc.store;
  const rows = [
    ...gcRow('IBS: mark and sweep', lean),
    ...gcRow('ceiling: C, reads the indexes, lists the directories', ceiling),
    ...gcRow('IBS as a server collects: sizes and who uses the space, too', full),
  ];
  const [run] = gc.lean;
  const bytes = (run?.tableBytes ?? 0) / (run?.neededChunks ?? 1);
  const share = (value: number | null) => (value === null ? '–' : value.toFixed(2));
  return [
    `Garbage collection by the engine alone: ${gc.chunks} chunk files, ${run?.references} references in ${snapshots} snapshots of ${groups} groups`,
    '',
    table(['program', 'mark s', 'sweep s', 'use s', 'min s', 'median s', 'CPU s', 'RSS MB'], rows),
    gc.leftOut === null
      ? `Runs at ${share(ratio)} of the ceiling: marking ${share(markRatio)}, sweeping ${share(sweepRatio)}. As a server collects: ${share(fullRatio)}.`
      : `No ceiling: ${gc.leftOut}.`,
    `The table of marks takes ${bytes.toFixed(1)} bytes for each of ${run?.neededChunks} chunks that are needed; a byte for each of its slots comes to it in the sweep.`,
    `Each run looks at the ${run?.unneededChunks} chunks that nothing needs and removes none, so that the next one finds the same.`,
  ].join('\n');
}

function gcRow(name: string, figures: GcSummary | null): string[][] {
  if (figures === null) return [];
  const { mark, sweep, use, least, total, cpu } = figures;
  return [
    [name, ...[mark, sweep, use, least, total, cpu].map((s) => s.toFixed(3)), megabytes(figures.peakBytes)],
  ];
}

function verifySection(verify: VerifyResult): string {
  const rows = programsOf(verify).map((program) => {
    const { summary, taskSeconds } = verifySummary(verify, program);
    const ratio = program === 'IBS' ? null : verifyRatio(verify, program);
    return [
      program,
      ...costs(summary),
      megabytes(verify.bytes / summary.medianSeconds),
      program in verify.stored ? megabytes(verify.stored[program] ?? 0) : '',
      taskSeconds === null ? '' : taskSeconds.toFixed(2),
      ratio === null
        ? ''
        : program === 'ceiling'
          ? `${ratio.toFixed(2)} of it`
          : `${ratio.toFixed(2)} × as fast`,
    ];
  });
  return [
    `Verification of everything that is stored (MB/s of ${megabytes(verify.bytes)} MB in two snapshots)`,
    '',
    table([...['program', ...COSTS, 'MB/s', 'stored MB', 'task s', 'IBS is']], rows),
    'IBS: datastore verify --again, a whole server; task: without the command line. restic: check --read-data. borg: check --verify-data.',
    'Ceiling: read, unpack and SHA-256 of our chunk files in as many threads as cores, in the order of their inodes.',
  ].join('\n');
}

function maintenanceSection({ files, bytes, snapshots, keep, runs }: MaintenanceResult): string {
  const programs = [...new Set(runs.map(({ program }) => program))];
  const rows = programs.flatMap((program, number) => [
    ...(number > 0 ? [[]] : []),
    ...maintenanceRows(runs.filter((run) => run.program === program)),
  ]);
  return [
    `A history of ${snapshots} snapshots of a changing tree (${files} files, ${megabytes(bytes)} MB), of which the newest ${keep} are kept`,
    '',
    table(['program', 'command', ...COSTS, 'task s', 'stored MB', 'left MB'], rows, { left: 2 }),
    'IBS keeps a chunk for a grace after its last use (24 hours, here 0 minutes, at least 5). So that chunks go at all, their',
    'access times were set back two days before; in a server their space comes back a grace later. restic and borg have no',
    'grace: they lock the repository meanwhile, and IBS does not. restic leaves up to 5 % unused, borg up to 10 % a segment.',
  ].join('\n');
}

function maintenanceRows(runs: MaintenanceResult['runs']): string[][] {
  const [first] = runs;
  const steps = first?.steps ?? [];
  const rows = steps.map(({ name }, number) => {
    const same = runs.flatMap((run) => run.steps[number] ?? []);
    const seconds = same.map((step) => step.taskSeconds).filter((value) => value !== null);
    return [
      number === 0 ? (first?.program ?? '') : '',
      name,
      ...costs(summarizeSamples(same.map(({ sample }) => sample))),
      seconds.length === 0 ? '' : median(seconds).toFixed(2),
    ];
  });
  const before = megabytes(median(runs.map(({ storedBefore }) => storedBefore)));
  const after = megabytes(median(runs.map(({ storedAfter }) => storedAfter)));
  return rows.map((row, at) => (at === rows.length - 1 ? [...row, before, after] : row));
}

const COSTS = ['min s', 'median s', 'CPU s', '+ server', 'RSS MB', '+ worker'];

function costs(summary: Summary): string[] {
  const { serverCpuSeconds, serverPeakBytes } = summary;
  return [
    summary.minSeconds.toFixed(2),
    summary.medianSeconds.toFixed(2),
    summary.cpuSeconds.toFixed(2),
    serverCpuSeconds === null ? '' : serverCpuSeconds.toFixed(2),
    megabytes(summary.peakBytes),
    serverPeakBytes === null ? '' : megabytes(serverPeakBytes),
  ];
}
