import { workerData } from 'node:worker_threads';
import { ownMemory, serveThread } from '#engine/threads/serve-thread.ts';
import { PxarParser } from '../pxar/pxar-parser.ts';
import type { RestoreOptions, RestoreProblem, RestoreTotals } from '../pxar/restore-report.ts';
import { RestoreTree } from '../pxar/restore-tree.ts';

/** Writes a whole archive into a directory, piece by piece as it arrives. */

/** What can be told to a thread: everything but the functions. */
export type PlainRestoreOptions = Partial<Omit<RestoreOptions, 'mapId' | 'select' | 'basePath'>>;

export interface TreeThreadData {
  target: string;
  options: PlainRestoreOptions;
}

export type TreeJob =
  | { kind: 'open' }
  | { kind: 'bytes'; bytes: Uint8Array }
  | { kind: 'end' }
  | { kind: 'close' };

export interface TreeAnswer {
  problems: RestoreProblem[];
  totals: RestoreTotals;
  /** The memory of the bytes, for the next ones. */
  spare: Uint8Array | null;
}

const { target, options } = workerData as TreeThreadData;
let problems: RestoreProblem[] = [];
let opened: { tree: RestoreTree; parser: PxarParser } | null = null;

/** As a job, since its answer can say what is wrong with the target. */
function open() {
  const tree = new RestoreTree({ target, options, report: (problem) => problems.push(problem) });
  return { tree, parser: new PxarParser(tree) };
}

function work(job: TreeJob): TreeAnswer {
  problems = [];
  opened ??= open();
  const { tree, parser } = opened;
  if (job.kind === 'bytes') parser.write(job.bytes);
  if (job.kind === 'end') {
    parser.end();
    tree.finish();
  }
  if (job.kind === 'close') tree.close();
  return { problems, totals: { ...tree.totals }, spare: job.kind === 'bytes' ? job.bytes : null };
}

serveThread<TreeJob, TreeAnswer>(work, ({ spare }) => (spare ? ownMemory(spare) : []));
