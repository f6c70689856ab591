import { z } from 'zod';
import { DatastoreNameInput } from './datastore.ts';
import { GcPayload } from './gc.ts';
import type { NamespacePath } from './ids.ts';
import { PrunePayload } from './prune.ts';
import { type KeepOptions, rulesOf } from './retention.ts';
import { changedKeep, KeepChange, ScheduleInput, type ScheduleWishes, WindowInput } from './schedule.ts';
import type { QueuedTaskKind, TaskPayload } from './task.ts';

/** The jobs of a datastore: schedules that make tasks. `job-plan.ts` says which are due. */

/** In the order in which they run when several are due: what prune lets go of, the collection behind it frees. */
export const JOB_KINDS = ['prune', 'gc', 'verify'] as const;
export type JobKind = (typeof JOB_KINDS)[number];

interface JobKindEntry {
  /** As in "the prune has ended". */
  noun: string;
  /** Null while this version has no such task: then nothing is started. */
  task: QueuedTaskKind | null;
  /** Of a new datastore. */
  schedule: string;
}

export const JOBS = {
  prune: { noun: 'prune', task: 'datastore.prune', schedule: 'daily' },
  gc: { noun: 'garbage collection', task: 'datastore.gc', schedule: 'weekly' },
  verify: { noun: 'verification', task: null, schedule: 'weekly' },
} as const satisfies Record<JobKind, JobKindEntry>;

export function jobEntry(kind: JobKind): JobKindEntry {
  return JOBS[kind];
}

/** What the tasks of each kind are given, in JSON columns. */
const GcOptions = GcPayload;
const PruneOptions = PrunePayload.pick({ keep: true, namespace: true, depth: true });

export interface JobOptions {
  /** Of a collection: minutes that a chunk stays after its last use. */
  graceMinutes?: number | undefined;
  /** Of a prune. */
  keep?: KeepOptions | undefined;
  namespace?: NamespacePath | undefined;
  depth?: number | null | undefined;
}

/** What a job is set to do. */
export interface JobSettings {
  kind: JobKind;
  /** In its one spelling; null for by hand only. */
  schedule: string | null;
  /** Starts only in it; null for at any time. */
  window: string | null;
  options: JobOptions;
}

/** With every option that its kind has. */
export function wholeOptions(kind: JobKind, options: JobOptions): JobOptions {
  if (kind === 'gc') return GcOptions.parse(options);
  return kind === 'prune' ? PruneOptions.parse({ ...options, keep: options.keep ?? {} }) : {};
}

export function keepOf({ kind, options }: Pick<JobSettings, 'kind' | 'options'>): KeepOptions {
  return kind === 'prune' ? (options.keep ?? {}) : {};
}

/** A prune that keeps everything is not worth a run, and no task says that day by day. */
export function lacksRule(job: Pick<JobSettings, 'kind' | 'options'>): boolean {
  return job.kind === 'prune' && rulesOf(keepOf(job)).length === 0;
}

export const NO_RULE = 'No keep rule is set: nothing is pruned.';
export const NOT_YET = 'This version has no verification yet.';

export type JobTask =
  | { kind: 'datastore.gc'; payload: TaskPayload<'datastore.gc'> }
  | { kind: 'datastore.prune'; payload: TaskPayload<'datastore.prune'> };

/** What a run of the job is; null for a kind without a task. It may prune every group, as the server itself. */
export function taskOf({ kind, options }: JobSettings, datastoreId: string): JobTask | null {
  switch (kind) {
    case 'gc':
      return { kind: 'datastore.gc', payload: { datastoreId, ...GcOptions.parse(options) } };
    case 'prune': {
      const whole = { ...PruneOptions.parse(wholeOptions(kind, options)), group: null, acceptMissing: false };
      return { kind: 'datastore.prune', payload: { datastoreId, ...whole, onBehalfOf: null } };
    }
    case 'verify':
      return null;
  }
}

const Common = {
  name: DatastoreNameInput,
  schedule: ScheduleInput.optional(),
  window: WindowInput.optional(),
  /** The version of the datastore that the change was made from; a newer one on the server is a conflict. */
  version: z.number().int().optional(),
};

/** What is left out stays as it is. */
export const UpdateJobInput = z.discriminatedUnion('kind', [
  z.object({
    ...{ kind: z.literal('gc'), ...Common },
    graceMinutes: GcPayload.shape.graceMinutes.unwrap().optional(),
  }),
  z.object({
    ...{ kind: z.literal('prune'), ...Common },
    keep: KeepChange.optional(),
    namespace: PrunePayload.shape.namespace.unwrap().optional(),
    depth: PrunePayload.shape.depth.unwrap().optional(),
  }),
  z.object({ kind: z.literal('verify'), ...Common }),
]);
export type UpdateJobInput = z.infer<typeof UpdateJobInput>;

export interface JobChange {
  kind: JobKind;
  schedule?: string | null | undefined;
  window?: string | null | undefined;
  graceMinutes?: number | undefined;
  keep?: KeepChange | undefined;
  namespace?: NamespacePath | undefined;
  depth?: number | null | undefined;
}

/** The settings after a change; `anew` when due times count from now on, so that the change itself starts nothing. */
export function changeJob(job: JobSettings, change: JobChange): { after: JobSettings; anew: boolean } {
  const { schedule = job.schedule, window = job.window, graceMinutes, keep, namespace, depth } = change;
  const options = {
    ...job.options,
    ...(graceMinutes === undefined ? {} : { graceMinutes }),
    ...(keep === undefined ? {} : { keep: changedKeep(keepOf(job), keep) }),
    ...(namespace === undefined ? {} : { namespace }),
    ...(depth === undefined ? {} : { depth }),
  };
  const after = { ...job, schedule, window, options: wholeOptions(job.kind, options) };
  const anew = schedule !== job.schedule || (lacksRule(job) && !lacksRule(after));
  return { after, anew };
}

/** What wishes that came with a datastore mean for its jobs, in the order in which rows are locked; kinds without a wish are left out. */
export function changesOf(wishes: ScheduleWishes): JobChange[] {
  const { gcSchedule, gcWindow, verifySchedule, pruneSchedule, keep } = wishes;
  const changes: JobChange[] = [
    { kind: 'gc', schedule: gcSchedule, window: gcWindow },
    { kind: 'prune', schedule: pruneSchedule, keep },
    { kind: 'verify', schedule: verifySchedule },
  ];
  return changes.filter(({ kind: _, ...rest }) => Object.values(rest).some((value) => value !== undefined));
}

/** The jobs of a new datastore. */
export function firstJobs(wishes: ScheduleWishes): JobSettings[] {
  const changes = changesOf(wishes);
  return JOB_KINDS.map((kind) => {
    const initial = { kind, schedule: JOBS[kind].schedule, window: null, options: wholeOptions(kind, {}) };
    return changeJob(initial, changes.find((change) => change.kind === kind) ?? { kind }).after;
  });
}
