import { DEFAULT_JOB, type JobId } from '#domain/job.ts';
import { KEEP_RULES, type KeepOptions } from '#domain/retention.ts';
import type { CommandForm } from '../ui/CommandLine.tsx';
import { cliCommand, commandForms } from './command-text.ts';

/** The commands for the jobs of a datastore that have a name, or a place that `datastore update` cannot say. */

const GIB = 1024 ** 3;

export interface JobChange {
  graceMinutes?: number;
  stopPercent?: number | null;
  outdatedAfterDays?: number | null;
  budgetBytes?: number | null;
  namespace?: string;
  depth?: number | null;
  /** Every rule, with 0 for those that go. */
  keep?: KeepOptions;
}

export interface JobWish extends JobId {
  isNew: boolean;
  schedule: string;
  window: string;
  change: JobChange;
}

export function listJobsCommand(name: string): string {
  return cliCommand(['job', 'list', name]);
}

/** What is not filled in yet stands as a word in capitals. */
export function jobCommands(datastore: string, wish: JobWish): CommandForm[] {
  const { kind, name, isNew, change } = wish;
  const [when, within] = [wish.schedule.trim(), wish.window.trim()];
  const orNone = (value: number | null | undefined) => (value === null ? 'none' : value);
  const cli = cliCommand(['job', isNew ? 'create' : 'update', datastore], {
    kind,
    job: name || (isNew ? 'NAME' : undefined),
    schedule: when || 'none',
    window: within || (isNew ? undefined : 'none'),
    ns: change.namespace,
    depth: orNone(change.depth),
    ...keepWords(change.keep ?? {}, isNew),
    'outdated-after': orNone(change.outdatedAfterDays),
    budget: orNone(change.budgetBytes && change.budgetBytes / GIB),
  });
  const text = change.namespace === '' ? `${cli} --ns ''` : cli;
  const which = { name: datastore, kind, ...(name === DEFAULT_JOB ? {} : { job: name }) };
  const input = { ...which, schedule: when || null, window: within || null, ...change };
  return commandForms(text, isNew ? 'datastore.createJob' : 'datastore.updateJob', input);
}

export function removeJobCommands(datastore: string, { kind, name }: JobId): CommandForm[] {
  const cli = cliCommand(['job', 'remove', datastore], { kind, job: name });
  return commandForms(cli, 'datastore.removeJob', { name: datastore, kind, job: name });
}

export function keepWords(keep: KeepOptions, withoutZeros: boolean) {
  return Object.fromEntries(
    KEEP_RULES.flatMap((rule) => {
      const count = keep[rule];
      return count === undefined || (withoutZeros && count === 0) ? [] : [[`keep-${rule}`, count]];
    }),
  );
}
