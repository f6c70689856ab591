import { z } from 'zod';
import { DatastoreNameInput } from './datastore.ts';
import { DrillPayload } from './drill.ts';
import { GcOptions, STOP_DEFAULT_PERCENT } from './gc.ts';
import type { NamespacePath } from './ids.ts';
import { PrunePayload } from './prune.ts';
import { type KeepOptions, rulesOf } from './retention.ts';
import { changedKeep, KeepChange, ScheduleInput, type ScheduleWishes, WindowInput } from './schedule.ts';
import type { QueuedTaskKind, TaskPayload } from './task.ts';
import { VerifyPayload } from './verify.ts';

/** The jobs of a datastore: schedules that make tasks. `job-plan.ts` says which are due. */

/** In the order in which they run when several are due: what prune lets go of, the collection behind it frees. */
export const JOB_KINDS = ['prune', 'gc', 'verify', 'drill'] as const;
export type JobKind = (typeof JOB_KINDS)[number];

interface JobKindEntry {
  /** As in "the prune has ended". */
  noun: string;
  task: QueuedTaskKind;
  /** Of a new datastore; null for by hand only. */
  schedule: string | null;
}

export const JOBS = {
  prune: { noun: 'prune', task: 'datastore.prune', schedule: 'daily' },
  gc: { noun: 'garbage collection', task: 'datastore.gc', schedule: 'weekly' },
  verify: { noun: 'verification', task: 'datastore.verify', schedule: 'weekly' },
  drill: { noun: 'restore drill', task: 'datastore.drill', schedule: null },
} as const satisfies Record<JobKind, JobKindEntry>;

export function jobEntry(kind: JobKind): JobKindEntry {
  return JOBS[kind];
}

/** Kinds of which a datastore may have further jobs, each with a name. */
export const NAMED_KINDS = ['prune', 'verify'] as const satisfies readonly JobKind[];
export type NamedKind = (typeof NAMED_KINDS)[number];

/** So many further ones of a kind. */
export const NAMED_JOBS_MAX = 16;

/** Each kind has one job that is always there: it has no name. */
export const DEFAULT_JOB = '';

/** Which job of a datastore. */
export interface JobId {
  kind: JobKind;
  /** Unique among those of its kind; empty for the default one. */
  name: string;
}

export function isSameJob(a: JobId, b: JobId): boolean {
  return a.kind === b.kind && a.name === b.name;
}

/** In the order in which jobs run that are due at once: by kind, and of a kind the default one and then by name. */
export function compareJobs(a: JobId, b: JobId): number {
  const byKind = JOB_KINDS.indexOf(a.kind) - JOB_KINDS.indexOf(b.kind);
  return byKind !== 0 ? byKind : Number(a.name > b.name) - Number(a.name < b.name);
}

/** `prune`, `prune of production`: as in "the prune has ended". */
export function jobNoun({ kind, name }: JobId): string {
  return name === DEFAULT_JOB ? JOBS[kind].noun : `${JOBS[kind].noun} of ${name}`;
}

/** After so many days a weekly verification reads again what was found sound: each snapshot about once a month. */
export const VERIFY_AGAIN_DAYS = 30;

/** What the tasks of each kind are given, in JSON columns. */
const PruneOptions = PrunePayload.pick({ keep: true, namespace: true, depth: true });
const VerifyOptions = VerifyPayload.pick({
  ...{ outdatedAfterDays: true, budgetBytes: true, namespace: true, depth: true },
});
const DrillOptions = DrillPayload.pick({ namespace: true, depth: true });

export interface JobOptions {
  /** Of a collection: minutes that a chunk stays after its last use. */
  graceMinutes?: number | undefined;
  /** Of a collection: it stops before it removes more than so many percent of what is stored; null for no limit. */
  stopPercent?: number | null | undefined;
  /** Of a prune. */
  keep?: KeepOptions | undefined;
  /** Of a verification: days after which what was found sound is read again; 0 always, null never. */
  outdatedAfterDays?: number | null | undefined;
  /** Of a verification: what one run reads at most, in bytes; null for no limit. */
  budgetBytes?: number | null | undefined;
  /** Of all but a collection: the namespace in which they begin, and how many levels below it; null for all. */
  namespace?: NamespacePath | undefined;
  depth?: number | null | undefined;
}

/** What a job is set to do. */
export interface JobSettings extends JobId {
  /** In its one spelling; null for by hand only. */
  schedule: string | null;
  /** Starts only in it; null for at any time. */
  window: string | null;
  options: JobOptions;
}

/** With every option that its kind has. */
export function wholeOptions(kind: JobKind, options: JobOptions): JobOptions {
  switch (kind) {
    case 'gc':
      return GcOptions.parse({ stopPercent: STOP_DEFAULT_PERCENT, ...options });
    case 'prune':
      return PruneOptions.parse({ ...options, keep: options.keep ?? {} });
    case 'verify':
      return VerifyOptions.parse({ outdatedAfterDays: VERIFY_AGAIN_DAYS, ...options });
    case 'drill':
      return DrillOptions.parse(options);
  }
}

export function keepOf({ kind, options }: Pick<JobSettings, 'kind' | 'options'>): KeepOptions {
  return kind === 'prune' ? (options.keep ?? {}) : {};
}

/** A prune that keeps everything is not worth a run, and no task says that day by day. */
export function lacksRule(job: Pick<JobSettings, 'kind' | 'options'>): boolean {
  return job.kind === 'prune' && rulesOf(keepOf(job)).length === 0;
}

export const NO_RULE = 'No keep rule is set: nothing is pruned.';

export type JobTask =
  | { kind: 'datastore.gc'; payload: TaskPayload<'datastore.gc'> }
  | { kind: 'datastore.prune'; payload: TaskPayload<'datastore.prune'> }
  | { kind: 'datastore.verify'; payload: TaskPayload<'datastore.verify'> }
  | { kind: 'datastore.drill'; payload: TaskPayload<'datastore.drill'> };

/** What a run of the job is, that ends at `until` (ms since 1970). It may prune every group, as the server itself. */
export function taskOf(
  { kind, options }: JobSettings,
  datastoreId: string,
  until: number | null = null,
): JobTask {
  switch (kind) {
    case 'gc':
      return {
        kind: 'datastore.gc',
        payload: { datastoreId, ...GcOptions.parse(wholeOptions(kind, options)), until },
      };
    case 'prune': {
      const whole = { ...PruneOptions.parse(wholeOptions(kind, options)), group: null, acceptMissing: false };
      return { kind: 'datastore.prune', payload: { datastoreId, ...whole, onBehalfOf: null } };
    }
    case 'verify': {
      const whole = { ...VerifyOptions.parse(wholeOptions(kind, options)), group: null, time: null };
      return { kind: 'datastore.verify', payload: { datastoreId, ...whole, onBehalfOf: null, until } };
    }
    case 'drill': {
      const whole = { ...DrillOptions.parse(options), group: null, time: null };
      return { kind: 'datastore.drill', payload: { datastoreId, ...whole, onBehalfOf: null } };
    }
  }
}

const NAME_WORDS = 'A job is named by 1 to 32 lower-case letters, digits, - and _; not - first.';
export const JobNameInput = z.string().regex(/^[a-z0-9_][a-z0-9_-]{0,31}$/, NAME_WORDS);

const When = { schedule: ScheduleInput.optional(), window: WindowInput.optional() };

const PruneChange = {
  keep: KeepChange.optional(),
  namespace: PrunePayload.shape.namespace.unwrap().optional(),
  depth: PrunePayload.shape.depth.unwrap().optional(),
};
const VerifyChange = {
  outdatedAfterDays: VerifyPayload.shape.outdatedAfterDays.unwrap().optional(),
  budgetBytes: VerifyPayload.shape.budgetBytes.unwrap().optional(),
  namespace: VerifyPayload.shape.namespace.unwrap().optional(),
  depth: VerifyPayload.shape.depth.unwrap().optional(),
};

const Version = {
  /** The version of the datastore that the change was made from; a newer one on the server is a conflict. */
  version: z.number().int().optional(),
};

const Common = { name: DatastoreNameInput, ...When, ...Version };

/** Which one of those kinds; left out, the default one. */
const Job = { job: z.union([z.literal(DEFAULT_JOB), JobNameInput], NAME_WORDS).default(DEFAULT_JOB) };

/** What is left out stays as it is. */
export const UpdateJobInput = z.discriminatedUnion('kind', [
  z.object({
    ...{ kind: z.literal('gc'), ...Common },
    graceMinutes: GcOptions.shape.graceMinutes.unwrap().optional(),
    stopPercent: GcOptions.shape.stopPercent.unwrap().optional(),
  }),
  z.object({ kind: z.literal('prune'), ...Job, ...Common, ...PruneChange }),
  z.object({ kind: z.literal('verify'), ...Job, ...Common, ...VerifyChange }),
  z.object({
    ...{ kind: z.literal('drill'), ...Common },
    namespace: DrillPayload.shape.namespace.unwrap().optional(),
    depth: DrillPayload.shape.depth.unwrap().optional(),
  }),
]);
export type UpdateJobInput = z.infer<typeof UpdateJobInput>;

/** A further job; what is left out is as in the default one of a new datastore. */
export const CreateJobInput = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('prune'), job: JobNameInput, ...Common, ...PruneChange }),
  z.object({ kind: z.literal('verify'), job: JobNameInput, ...Common, ...VerifyChange }),
]);
export type CreateJobInput = z.infer<typeof CreateJobInput>;

export const RemoveJobInput = z.object({
  ...{ name: DatastoreNameInput, kind: z.enum(JOB_KINDS), job: z.string().max(32) },
  ...Version,
});
export type RemoveJobInput = z.infer<typeof RemoveJobInput>;

export interface JobChange {
  kind: JobKind;
  /** Its name; the default one when it is left out. */
  job?: string | undefined;
  schedule?: string | null | undefined;
  window?: string | null | undefined;
  graceMinutes?: number | undefined;
  stopPercent?: number | null | undefined;
  keep?: KeepChange | undefined;
  outdatedAfterDays?: number | null | undefined;
  budgetBytes?: number | null | undefined;
  namespace?: NamespacePath | undefined;
  depth?: number | null | undefined;
}

/** The settings after a change; `anew` when due times count from now on, so that the change itself starts nothing. */
export function changeJob(job: JobSettings, change: JobChange): { after: JobSettings; anew: boolean } {
  const { schedule = job.schedule, window = job.window, keep, ...more } = change;
  const { graceMinutes, stopPercent, outdatedAfterDays, budgetBytes, namespace, depth } = more;
  const given = Object.entries({
    graceMinutes,
    stopPercent,
    outdatedAfterDays,
    budgetBytes,
    namespace,
    depth,
  });
  const options = {
    ...job.options,
    ...Object.fromEntries(given.filter(([, value]) => value !== undefined)),
    ...(keep === undefined ? {} : { keep: changedKeep(keepOf(job), keep) }),
  };
  const after = { ...job, schedule, window, options: wholeOptions(job.kind, options) };
  const anew = schedule !== job.schedule || (lacksRule(job) && !lacksRule(after));
  return { after, anew };
}

/** What wishes that came with a datastore mean for its jobs, in the order in which rows are locked; kinds without a wish are left out. */
export function changesOf(wishes: ScheduleWishes): JobChange[] {
  const { gcSchedule, gcWindow, verifySchedule, drillSchedule, pruneSchedule, keep } = wishes;
  const { gcGraceMinutes: graceMinutes, gcStopPercent: stopPercent } = wishes;
  const { verifyWindow, drillWindow, pruneWindow } = wishes;
  const { verifyOutdatedAfterDays: outdatedAfterDays, verifyBudgetBytes: budgetBytes } = wishes;
  const changes: JobChange[] = [
    { kind: 'drill', schedule: drillSchedule, window: drillWindow },
    { kind: 'gc', schedule: gcSchedule, window: gcWindow, graceMinutes, stopPercent },
    { kind: 'prune', schedule: pruneSchedule, window: pruneWindow, keep },
    { kind: 'verify', schedule: verifySchedule, window: verifyWindow, outdatedAfterDays, budgetBytes },
  ];
  return changes.filter(({ kind: _, ...rest }) => Object.values(rest).some((value) => value !== undefined));
}

/** The jobs of a new datastore. */
export function firstJobs(wishes: ScheduleWishes): JobSettings[] {
  const changes = changesOf(wishes);
  return JOB_KINDS.map((kind) => newJob(changes.find((change) => change.kind === kind) ?? { kind }));
}

/** What a job is set to that begins with these wishes. */
export function newJob(change: JobChange): JobSettings {
  const { kind, job: name = DEFAULT_JOB } = change;
  const initial = { ...{ kind, name }, schedule: JOBS[kind].schedule, window: null };
  return changeJob({ ...initial, options: wholeOptions(kind, {}) }, change).after;
}
