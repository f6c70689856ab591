import type { DatastoreStatus } from './datastore.ts';
import { DEFAULT_JOB, type JobKind, jobNoun } from './job.ts';
import { sentence } from './sentence.ts';
import type { TaskError, TaskKind } from './task.ts';
import { taskObject, taskObjects, workKey } from './task-object.ts';
import { countOf, formatBytes, formatCount, formatPercent } from './units.ts';
import { type Capacity, usageSeverity, usedShare } from './usage.ts';

/** Whether all is well and what needs somebody: one judgement for console and command line, in the same words. */

export type Severity = 'bad' | 'warn';

/** Where one goes on from there. */
export type NeedSubject =
  | { kind: 'workers' }
  | { kind: 'datastore'; name: string }
  | { kind: 'job'; name: string; job: JobKind }
  /** With `alike`, it is the newest of several failures of that kind that have the same cause. */
  | { kind: 'task'; id: string; alike?: TaskKind }
  | { kind: 'token'; id: string };

/** One thing that needs somebody. */
export interface Need {
  severity: Severity;
  title: string;
  /** Why or what follows from it, in sentences; may be empty. */
  detail: string;
  /** Since or until when, ms since 1970; null where it has no moment. */
  at: number | null;
  subject: NeedSubject;
}

export interface DatastoreFacts extends Capacity {
  name: string;
  status: DatastoreStatus;
  statusReason: string;
  statusSince: Date;
  maintenance: object | null;
  lastGoodProbeAt: Date | null;
  owner: { alive: boolean } | null;
}

export interface FailureFacts {
  id: string;
  kind: TaskKind;
  subject: string;
  title: string;
  outcome: string | null;
  error: TaskError | null;
  finishedAt: Date | null;
  createdAt: Date;
  /** The same went well later on. */
  resolved: boolean;
}

/** A run that was due more than an hour ago. */
export interface OverdueFacts {
  datastore: string;
  kind: JobKind;
  /** Which one of its kind; empty for the default one. */
  job: string;
  since: Date;
  /** Why it was not started; null where nobody knows. */
  waiting: string | null;
}

export interface HealthFacts {
  /** Undefined until it is known. */
  workers: readonly { alive: boolean }[] | undefined;
  datastores: readonly DatastoreFacts[];
  /** Newest first. */
  failures: readonly FailureFacts[];
  overdueJobs: readonly OverdueFacts[];
  expiringTokens: readonly { id: string; expiresAt: Date }[];
  /** Milliseconds since 1970. */
  now: number;
}

const DAY_MS = 86_400_000;

const UNWELL: Partial<Record<DatastoreStatus, Severity>> = {
  offline: 'bad',
  failed: 'bad',
  degraded: 'warn',
  'read-only': 'warn',
};

/** On their way in or out, they may well be between two workers. */
const PASSING: readonly DatastoreStatus[] = ['probing', 'deleting'];

/** What runs unattended. A failure of anything else was seen by the person who asked for it. */
const UNATTENDED: readonly TaskKind[] = [
  'backup',
  'datastore.audit',
  'datastore.drill',
  'datastore.gc',
  'datastore.probe',
  'datastore.prune',
  'datastore.rescan',
  'datastore.verify',
];

/** Everything that is wrong, worst first. What somebody chose, such as maintenance, is not wrong. */
export function findNeeds(facts: HealthFacts): Need[] {
  const needs = [
    ...workerNeeds(facts),
    ...facts.datastores.flatMap((datastore) => statusNeeds(datastore, facts)),
    ...facts.datastores.flatMap((datastore) => spaceNeeds(datastore)),
    ...overdueNeeds(facts),
    ...failureNeeds(facts),
    ...tokenNeeds(facts),
  ];
  return needs.sort((a, b) => Number(b.severity === 'bad') - Number(a.severity === 'bad'));
}

function workerNeeds({ workers }: HealthFacts): Need[] {
  if (!workers || workers.some((worker) => worker.alive)) return [];
  const detail = 'Nothing is backed up, restored or checked until one is started on the server.';
  const title = 'No storage worker is running';
  return [{ severity: 'bad', title, detail, at: null, subject: { kind: 'workers' } }];
}

function statusNeeds(datastore: DatastoreFacts, { workers }: Pick<HealthFacts, 'workers'>): Need[] {
  const { name, status, statusReason, statusSince, maintenance, owner } = datastore;
  const subject = { kind: 'datastore' as const, name };
  // Without any worker that one thing is told, and not again for each datastore.
  if (workers?.some((worker) => worker.alive) && !owner?.alive && !PASSING.includes(status)) {
    const detail = `Its last known status is ${status}.`;
    return [{ severity: 'bad', title: `${name} is served by no storage worker`, detail, at: null, subject }];
  }
  const severity = maintenance === null ? UNWELL[status] : undefined;
  if (!severity) return [];
  const at = statusSince.getTime();
  return [{ severity, title: `${name} is ${status}`, detail: statusReason, at, subject }];
}

function spaceNeeds(datastore: DatastoreFacts): Need[] {
  const { name, availableBytes, lastGoodProbeAt } = datastore;
  const share = usedShare(datastore);
  const severity = share === null ? null : usageSeverity(share);
  if (share === null || severity === null || availableBytes === null) return [];
  return [
    {
      severity,
      title: `${name} is ${formatPercent(share)} full`,
      detail: `${formatBytes(availableBytes)} left.`,
      at: lastGoodProbeAt?.getTime() ?? null,
      subject: { kind: 'datastore', name },
    },
  ];
}

/** One for each datastore; none where it is told already that nothing can run there. */
function overdueNeeds({ workers, datastores, overdueJobs }: HealthFacts): Need[] {
  if (workers && !workers.some((worker) => worker.alive)) return [];
  const places = Map.groupBy(overdueJobs, ({ datastore }) => datastore);
  return [...places].flatMap(([name, jobs]) => {
    const place = datastores.find((one) => one.name === name);
    const [first] = jobs.toSorted((a, b) => a.since.getTime() - b.since.getTime());
    if (!first || !place?.owner?.alive || statusNeeds(place, { workers }).length > 0) return [];
    const nouns = jobs.map(({ kind, job }) => jobNoun({ kind, name: job }));
    const link = jobs.some(({ job }) => job !== DEFAULT_JOB) ? 'on' : 'of';
    const title = `${capital(andWords(nouns))} ${link} ${name} ${jobs.length === 1 ? 'is' : 'are'} overdue`;
    const detail = first.waiting === null ? 'Nobody has started it.' : sentence(first.waiting);
    const subject = { kind: 'job' as const, name, job: first.kind };
    return [{ severity: 'warn' as const, title, detail, at: first.since.getTime(), subject }];
  });
}

function andWords(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** Failures of the last day that were not made good, once for each cause: a full disk fails the backup of every machine. */
function failureNeeds({ failures, now }: HealthFacts): Need[] {
  const open = failures.filter(
    (task) => !task.resolved && UNATTENDED.includes(task.kind) && now - endOf(task) < DAY_MS,
  );
  return failureCauses(open).flatMap(({ newest, tasks, works }) => {
    const message = failureMessage(newest);
    const need = { severity: 'warn' as const, at: endOf(newest) };
    const subject = { kind: 'task' as const, id: newest.id };
    if (works === 1) {
      const title = `${newest.title} ${taskObject(newest)} failed${timesWords(tasks.length)}`;
      return { ...need, title, detail: message, subject };
    }
    const failed = countOf(works, newest.kind === 'backup' ? 'machine' : 'datastore');
    return {
      ...need,
      title: `${newest.title} failed for ${failed}${tasks.length > works ? `,${timesWords(tasks.length)}` : ''}`,
      detail: `${taskObjects(tasks)}: ${message}`,
      subject: { ...subject, alike: newest.kind },
    };
  });
}

function timesWords(count: number): string {
  return count === 1 ? '' : ` ${formatCount(count)} times`;
}

type Failed = Pick<FailureFacts, 'kind' | 'subject' | 'outcome' | 'error'>;

export interface FailureCause<Failure> {
  newest: Failure;
  /** All that failed so, newest first. */
  tasks: Failure[];
  /** How many different things were tried. */
  works: number;
}

/** Failures by what was tried, and those of a kind that last failed with the same words together. Newest first, as they come. */
export function failureCauses<Failure extends Failed>(failures: readonly Failure[]): FailureCause<Failure>[] {
  const works = [...Map.groupBy(failures, workKey).values()];
  const causes = Map.groupBy(works, ([newest]) => newest && `${newest.kind} ${failureMessage(newest)}`);
  return [...causes.values()].flatMap((alike) => {
    const newest = alike[0]?.[0];
    return newest ? [{ newest, tasks: alike.flat(), works: alike.length }] : [];
  });
}

function failureMessage({ error, outcome }: Failed): string {
  return error?.message ?? outcome ?? '';
}

function tokenNeeds({ expiringTokens, now }: HealthFacts): Need[] {
  return expiringTokens.map(({ id, expiresAt }) => {
    const at = expiresAt.getTime();
    const [title, detail] =
      at <= now
        ? [`Token ${id} has expired`, 'Machines that use it are refused.']
        : [`Token ${id} expires soon`, 'Machines that use it are refused from then on.'];
    return { severity: 'warn', title, detail, at, subject: { kind: 'token', id } };
  });
}

function endOf(task: FailureFacts): number {
  return (task.finishedAt ?? task.createdAt).getTime();
}

type Resting = Pick<DatastoreFacts, 'name' | 'status'>;

/** The one sentence at the top. `failedToday` counts what failed in the last 24 h, whatever came of it. */
export function verdictWords(needCount: number, datastores: readonly Resting[], failedToday: number): string {
  if (needCount > 0)
    return needCount === 1 ? 'One thing needs you' : `${formatCount(needCount)} things need you`;
  if (datastores.length === 0) return 'The server is well. There is no datastore yet.';
  return `${onlineWords(datastores)} ${failedWords(failedToday)}`;
}

function onlineWords(datastores: readonly Resting[]): string {
  const resting = datastores.filter(({ status }) => status !== 'online');
  const [one] = resting;
  if (one && resting.length === 1) return `All is well; ${one.name} is not online by choice (${one.status}).`;
  if (one) return `All is well; ${resting.length} datastores are not online by choice.`;
  return datastores.length === 1
    ? `${datastores[0]?.name} is online.`
    : `All ${formatCount(datastores.length)} datastores are online.`;
}

function failedWords(count: number): string {
  if (count === 0) return 'No task failed in the last 24 hours.';
  const tasks = count === 1 ? 'One task' : `${formatCount(count)} tasks`;
  return `${tasks} failed in the last 24 hours; none needs you now.`;
}
