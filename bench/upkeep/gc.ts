import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import { run } from '../measuring/measure.ts';
import { versionOf } from '../peers/installed.ts';
import type { CeilingFigures, CollectFigures, GcStoreFacts, GcStoreJob } from '../programs/gc-figures.ts';
import { programWords } from '../programs/run-programs.ts';
import type { GcResult, UpkeepContext, UpkeepResult } from './upkeep.ts';

/** Garbage collection of a large datastore by the engine alone, beside a C program that reads and lists the same. */

const CHUNKS = 1_000_000;
const REFERENCES = 20_000_000;
const SOURCE = join(import.meta.dirname, '..', 'programs', 'gc-ceiling.c');

export async function measureGc(context: UpkeepContext, result: UpkeepResult): Promise<void> {
  const { workspace, options, say } = context;
  const share = options.quick ? 0.1 : 1;
  const job: GcStoreJob = {
    path: workspace.path('gc', 'store'),
    uuid: randomUUID(),
    chunks: CHUNKS * share,
    references: REFERENCES * share,
  };
  workspace.directory('gc');
  say(`Making a datastore of ${job.chunks} chunks and ${job.references} references …`);
  const made = await run({ words: programWords('gc-store.ts', [JSON.stringify(job)]) });
  const store = JSON.parse(made.output) as GcStoreFacts;
  const program = workspace.path('gc', 'ceiling');
  const gc: GcResult = {
    chunks: job.chunks,
    store,
    lean: [],
    full: [],
    leftOut: compile(program),
    ceiling: [],
  };
  result.gc = gc;
  for (let round = 0; round < options.rounds; round += 1) {
    await collect(context, gc, job, 'lean');
    if (gc.leftOut === null) await reach(context, gc, program, job.path);
    await collect(context, gc, job, 'full');
  }
  say('Removing the datastore …');
  await run({ words: ['rm', '-rf', workspace.path('gc')] });
}

/** Null when the ceiling was compiled; else why not. */
function compile(program: string): string | null {
  if (versionOf('gcc', '--version') === null) return 'gcc is not installed';
  const words = ['-O2', '-pthread', '-o', program, SOURCE];
  const { status, stderr } = spawnSync('gcc', words, {
    encoding: 'utf8',
    env: { ...process.env, TMPDIR: dirname(program) },
  });
  return status === 0 ? null : `gcc could not compile it: ${stderr.split('\n')[0]}`;
}

async function collect(
  { workspace, meter, say }: UpkeepContext,
  gc: GcResult,
  job: GcStoreJob,
  mode: 'lean' | 'full',
): Promise<void> {
  const words = programWords('gc-collect.ts', [job.path, job.uuid, mode]);
  const { output, sample } = await meter.measure({ words, written: workspace.root });
  const figures = JSON.parse(output) as CollectFigures;
  const { unneededChunks, neededChunks } = figures;
  if (unneededChunks !== gc.store.garbage || neededChunks !== job.chunks - gc.store.garbage) {
    throw new Error(`The collection found ${neededChunks} chunks needed and ${unneededChunks} not.`);
  }
  gc[mode].push({ ...figures, peakBytes: sample.peakBytes });
  const seconds = figures.markSeconds + figures.sweepSeconds + figures.useSeconds;
  say(`  gc, round ${gc[mode].length}, ${mode}: ${seconds.toFixed(2)} s`);
}

async function reach(
  { workspace, meter, say }: UpkeepContext,
  gc: GcResult,
  program: string,
  path: string,
): Promise<void> {
  const words = [program, path, String(availableParallelism())];
  const { output, sample } = await meter.measure({ words, written: workspace.root });
  const figures = JSON.parse(output) as CeilingFigures;
  if (figures.names !== gc.chunks || figures.indexes !== gc.store.snapshots) {
    throw new Error(`The ceiling met ${figures.names} chunks and ${figures.indexes} indexes.`);
  }
  gc.ceiling.push({ ...figures, peakBytes: sample.peakBytes });
  say(
    `  gc, round ${gc.ceiling.length}, ceiling: ${(figures.readSeconds + figures.listSeconds).toFixed(2)} s`,
  );
}
