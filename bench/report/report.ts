import type { Machine } from '../measuring/machine.ts';
import type { ParallelFigures } from '../parallel.ts';
import { RATES, type Rates } from '../programs/rate-names.ts';
import type { StoreFigures } from '../programs/store-figures.ts';
import type { Operation, ScenarioResult } from '../scenario.ts';
import type { UpkeepResult } from '../upkeep/upkeep.ts';
import { cpuRatio, faster, operationsOf, peersOf, summarize } from './summary.ts';
import { median, megabytes, table } from './table.ts';
import { judge } from './targets.ts';
import { upkeepSections } from './upkeep-sections.ts';
import { judgeUpkeep } from './upkeep-targets.ts';

/** Everything of a run; also what `--json` writes. */
export interface BenchResult {
  machine: Machine;
  loadAfter: number[];
  coldCache: boolean;
  quick: boolean;
  rounds: number;
  data: string[];
  peers: { name: string; about: string | null }[];
  rates: Rates | null;
  store: StoreFigures[];
  scenarios: ScenarioResult[];
  parallel: ParallelFigures[];
  upkeep: UpkeepResult;
}

/** Others used the machine: before we began, or more than we do ourselves. */
function isBusy({ machine, loadAfter }: BenchResult): boolean {
  return (machine.loadBefore[0] ?? 0) > machine.cores / 2 || (loadAfter[0] ?? 0) > 2 * machine.cores;
}

const BUSY =
  'BUSY MACHINE: others used it meanwhile. Wall times and verdicts below say little; look at CPU seconds.';

const TITLES: Record<Operation, string> = {
  first: 'first backup',
  again: 'unchanged, read again',
  metadata: 'unchanged, by metadata ¹',
  changed: 'changed (1 %) ²',
  restore: 'restore',
};

export function reportOf(result: BenchResult): string {
  const sections = [
    introduction(result),
    result.rates ? ratesSection(result.rates) : '',
    result.store.length > 0 ? storeSection(result.store) : '',
    ...result.scenarios.filter(({ samples }) => samples.length > 0).map(scenarioSection),
    result.parallel.length > 0 ? parallelSection(result.parallel) : '',
    result.scenarios.length > 0 ? notes() : '',
    ...upkeepSections(result.upkeep),
    targetsSection(result),
  ];
  return `${sections.filter((section) => section !== '').join('\n\n')}\n`;
}

function introduction(result: BenchResult): string {
  const { machine } = result;
  const load = (values: readonly number[]) => values.map((value) => value.toFixed(2)).join(' ');
  return [
    'Ironcore Backup beside its peers',
    '',
    `Date       ${machine.date} UTC${result.quick ? '   (quick run: not for figures)' : ''}`,
    `Machine    ${machine.cores} cores, ${machine.processor}, ${(machine.memoryBytes / 2 ** 30).toFixed(0)} GiB, ${machine.filesystem}, ${machine.kernel}`,
    `Node       ${machine.node}`,
    `Load       before ${load(machine.loadBefore)}, after ${load(result.loadAfter)} (1, 5, 15 minutes)`,
    ...(isBusy(result) ? [`           ${BUSY}`] : []),
    `Cache      ${result.coldCache ? 'emptied before each measurement' : 'warm: not emptied'}`,
    `Rounds     ${roundsOf(result)}, the peers in turn within each operation`,
    ...result.data.map((line, number) => `${number === 0 ? 'Data  ' : '      '}     ${line}`),
    ...result.peers.map(({ name, about }) => `${name.padEnd(10)} ${about ?? 'not installed'}`),
  ].join('\n');
}

function roundsOf({ rounds, scenarios }: BenchResult): string {
  const begun = Math.max(0, ...scenarios.flatMap(({ samples }) => samples.map(({ round }) => round + 1)));
  return begun === rounds || begun === 0 ? `${rounds}` : `${begun} of ${rounds}, ended early`;
}

function ratesSection(rates: Rates): string {
  const rows = RATES.map((name) => [name, rates.mbPerSecond[name].toFixed(0)]);
  return [
    `In memory, ${rates.threads} threads, chunks of 4 MiB of the image (zstd 1 leaves ${(rates.packed * 100).toFixed(0)} %)`,
    '',
    table(['work', 'MB/s'], rows),
  ].join('\n');
}

function storeSection(runs: readonly StoreFigures[]): string {
  const [first] = runs;
  if (!first) return '';
  const { chunks, payloadBytes, storedBytes } = first;
  const row = (name: string, pick: (run: StoreFigures) => number) => {
    const seconds = median(runs.map(pick));
    return [
      name,
      Math.min(...runs.map(pick)).toFixed(3),
      seconds.toFixed(3),
      (chunks / seconds).toFixed(0),
      megabytes(payloadBytes / seconds),
      megabytes(storedBytes / seconds),
    ];
  };
  const ratio = median(runs.map((run) => run.writeSeconds / run.newSeconds));
  return [
    `Chunk store of the engine alone: ${chunks} chunks, ${megabytes(payloadBytes)} MB, ${megabytes(storedBytes)} MB compressed`,
    '',
    table(
      ['operation', 'min s', 'median s', 'chunks/s', 'payload MB/s', 'stored MB/s'],
      [
        row('insert new chunks (check, write, flush)', (run) => run.newSeconds),
        row('insert known chunks (check, mark)', (run) => run.againSeconds),
        row('mark known chunks', (run) => run.touchSeconds),
        row('ceiling: write the same files, flush', (run) => run.writeSeconds),
      ],
    ),
    `Inserting new chunks runs at ${ratio.toFixed(2)} of the plain write of the same bytes.`,
  ].join('\n');
}

function scenarioSection(result: ScenarioResult): string {
  const rows = operationsOf(result).flatMap((operation, number) => [
    ...(number > 0 ? [[]] : []),
    ...peersOf(result).map((peer, at) => peerRow(result, operation, peer, at === 0)),
  ]);
  const what = result.kind === 'image' ? 'Disk image' : 'Directory tree';
  return [
    `${what} (MB/s of ${megabytes(result.bytes)} MB)`,
    '',
    table(
      [
        'operation',
        'program',
        'min s',
        'median s',
        'MB/s',
        'CPU s',
        '+ server',
        'RSS MB',
        '+ worker',
        'IBS is',
        'by CPU',
      ],
      rows,
      { left: 2 },
    ),
  ].join('\n');
}

function peerRow(result: ScenarioResult, operation: Operation, peer: string, isFirst: boolean): string[] {
  const summary = summarize(result, operation, peer);
  if (!summary) return [];
  const ratio = peer === 'IBS' ? null : faster(result, operation, peer);
  const { serverCpuSeconds, serverPeakBytes } = summary;
  return [
    isFirst ? TITLES[operation] : '',
    peer,
    summary.minSeconds.toFixed(2),
    summary.medianSeconds.toFixed(2),
    megabytes(result.bytes / summary.medianSeconds),
    summary.cpuSeconds.toFixed(2),
    serverCpuSeconds === null ? '' : serverCpuSeconds.toFixed(2),
    megabytes(summary.peakBytes),
    serverPeakBytes === null ? '' : megabytes(serverPeakBytes),
    ratio === null ? '' : peer === 'ceiling' ? `${ratio.toFixed(2)} of it` : `${ratio.toFixed(2)} × as fast`,
    ratio === null ? '' : (cpuRatio(result, operation, peer) ?? 0).toFixed(2),
  ];
}

function parallelSection(runs: readonly ParallelFigures[]): string {
  const rows = runs.map((figures, number) => [
    String(number + 1),
    figures.wallSeconds.toFixed(2),
    megabytes(figures.bytes / figures.wallSeconds),
    megabytes(figures.clientPeakBytes),
    megabytes(figures.workerPeakBytes),
    String(figures.calls.count),
    ...[figures.calls.p50, figures.calls.p99, figures.calls.max].map((ms) => ms.toFixed(1)),
  ]);
  return [
    `${runs[0]?.backups} images backed up at once (MB/s of ${megabytes(runs[0]?.bytes ?? 0)} MB), and what a small call to the gateway took meanwhile`,
    '',
    table(['round', 's', 'MB/s', 'client MB', 'worker MB', 'calls', 'median ms', 'p99 ms', 'max ms'], rows),
  ].join('\n');
}

function notes(): string {
  return [
    'Wall time includes the start of the program and a flush of the filesystem at the end. Memory: the largest peak.',
    'By CPU: CPU time of the program by that of IBS, client and server; it tells more than wall time on a busy machine.',
    'Every restored copy was compared with its source, byte by byte.',
    '¹ restic and borg skip files whose size and time did not change; IBS does not do so yet and reads everything.',
    '² restic and borg read only the changed files of a tree; IBS reads everything.',
  ].join('\n');
}

function targetsSection(result: BenchResult): string {
  const hasBackups = result.scenarios.length + result.parallel.length > 0;
  const lines = [
    ...(hasBackups ? judge(result.scenarios, result.parallel) : []),
    ...judgeUpkeep(result.upkeep),
  ];
  if (lines.length === 0) return '';
  const rows = lines.map(({ what, target, measured, verdict }) => [what, target, measured, verdict]);
  return [
    'Targets',
    '',
    table(['path', 'target', 'measured', 'verdict'], rows, { left: 4 }),
    'Not part of this benchmark: permission checks.',
  ].join('\n');
}
