import type { MaintenanceMode, SyncLevel } from '#domain/datastore.ts';
import { GRACE_DEFAULT_MINUTES } from '#domain/gc.ts';
import { formatSnapshotTime } from '#domain/ids.ts';
import type { JobKind } from '#domain/job.ts';
import { type KeepOptions, rulesOf } from '#domain/retention.ts';
import type { CommandForm } from '../ui/CommandLine.tsx';
import { cliCommand, commandForms } from './command-text.ts';
import { type JobChange, keepWords } from './job-commands.ts';

/** The commands that do what the datastore pages do. */

/** What stands for "by hand only" and for "at any time". */
const NEITHER = 'none';

export const LIST_DATASTORES = cliCommand(['datastore', 'list']);

export function showDatastoreCommand(name: string): string {
  return cliCommand(['datastore', 'show', name]);
}

export function daysCommand(name: string, days: number): string {
  return cliCommand(['datastore', 'days', name], { days });
}

export interface NewDatastore {
  type: 'local';
  name: string;
  path: string;
  comment: string;
  syncLevel: SyncLevel;
  sameFilesystemReason?: string;
  /** Null for by hand only; left out for what the server takes. */
  gcSchedule?: string | null;
  gcWindow?: string;
  verifySchedule?: string | null;
  drillSchedule?: string | null;
  pruneSchedule?: string | null;
  keep?: KeepOptions;
}

/** What is not filled in yet stands as a word in capitals. */
export function createCommands(input: NewDatastore): CommandForm[] {
  const { type, name, path, comment, syncLevel, sameFilesystemReason } = input;
  const cli = cliCommand(['datastore', 'create'], {
    name: name || 'NAME',
    type,
    path: path || 'PATH',
    comment,
    'sync-level': syncLevel === 'filesystem' ? undefined : syncLevel,
    'same-filesystem-reason': sameFilesystemReason,
    ...scheduleOptions(input),
  });
  return commandForms(cli, 'datastore.create', input);
}

export function adoptCommands(input: Omit<NewDatastore, 'syncLevel'>): CommandForm[] {
  const { type, name, path, comment, sameFilesystemReason } = input;
  const cli = cliCommand(['datastore', 'adopt'], {
    name: name || 'NAME',
    type,
    path: path || 'PATH',
    comment,
    'same-filesystem-reason': sameFilesystemReason,
    ...scheduleOptions(input),
  });
  return commandForms(cli, 'datastore.adopt', input);
}

function scheduleOptions(input: Omit<NewDatastore, 'syncLevel'>) {
  const { gcSchedule, gcWindow, verifySchedule, drillSchedule, pruneSchedule, keep = {} } = input;
  return {
    'gc-schedule': gcSchedule === null ? NEITHER : gcSchedule,
    'gc-window': gcWindow,
    'verify-schedule': verifySchedule === null ? NEITHER : verifySchedule,
    'drill-schedule': drillSchedule === null ? NEITHER : drillSchedule,
    'prune-schedule': pruneSchedule === null ? NEITHER : pruneSchedule,
    ...keepOptions(keep),
  };
}

function keepOptions(keep: KeepOptions) {
  return Object.fromEntries(rulesOf(keep).map(({ rule, count }) => [`keep-${rule}`, count]));
}

export function probeCommands(name: string): CommandForm[] {
  return commandForms(cliCommand(['datastore', 'probe', name]), 'datastore.probe', { name });
}

export function acceptCommands(name: string, reason: string): CommandForm[] {
  const cli = cliCommand(['datastore', 'accept', name], { reason: reason || 'REASON' });
  return commandForms(cli, 'datastore.accept', { name, reason });
}

export function rescanCommands(name: string): CommandForm[] {
  return commandForms(cliCommand(['datastore', 'rescan', name]), 'datastore.rescan', { name });
}

export function auditCommands(name: string, deep: boolean): CommandForm[] {
  return commandForms(cliCommand(['datastore', 'audit', name], { deep }), 'datastore.audit', { name, deep });
}

interface Collection {
  /** Left out: what the server takes. */
  graceMinutes?: number;
  /** Null or left out: no limit. */
  stopPercent?: number | null;
  preview: boolean;
}

export function gcCommands(name: string, { graceMinutes, stopPercent, preview }: Collection): CommandForm[] {
  const grace = graceMinutes === GRACE_DEFAULT_MINUTES ? undefined : graceMinutes;
  const limit = stopPercent ?? undefined;
  const cli = cliCommand(['datastore', 'gc', name], {
    'grace-minutes': grace,
    'stop-percent': limit,
    'dry-run': preview,
  });
  const input = { name, graceMinutes: grace, stopPercent: limit };
  return commandForms(cli, preview ? 'datastore.gcPreview' : 'datastore.gc', input);
}

interface Verifying {
  namespace: string;
  group: { type: string; id: string } | null;
  time: number | null;
  outdatedAfterDays: number | null;
  budgetBytes: number | null;
}

const GIB = 1024 ** 3;

export function verifyCommands(name: string, wish?: Verifying): CommandForm[] {
  if (!wish) return commandForms(cliCommand(['datastore', 'verify', name]), 'datastore.verify', { name });
  const { namespace, group, time, outdatedAfterDays, budgetBytes } = wish;
  const path = group && `${group.type}/${group.id}`;
  const cli = cliCommand(['datastore', 'verify', name], {
    ns: namespace,
    group: time === null ? path : null,
    snapshot: time === null ? null : `${path}/${formatSnapshotTime(time)}`,
    'outdated-after': outdatedAfterDays || null,
    again: outdatedAfterDays === 0,
    budget: budgetBytes && budgetBytes / GIB,
  });
  return commandForms(cli, 'datastore.verify', { name, ...wish });
}

interface Pruning {
  namespace: string;
  /** Null or left out for all levels below it. */
  depth?: number | null;
  keep: KeepOptions;
  /** Only say what would go. */
  dryRun?: boolean;
}

/** The API asks for a plan by reading, so that a dry run has no other form. */
export function pruneCommands(
  name: string,
  { namespace, depth = null, keep, dryRun = false }: Pruning,
): CommandForm[] {
  const cli = cliCommand(['datastore', 'prune', name], {
    ns: namespace,
    'max-depth': depth,
    ...keepOptions(keep),
    'dry-run': dryRun,
  });
  return dryRun
    ? [{ name: 'CLI', text: cli }]
    : commandForms(cli, 'datastore.prune', {
        ...{ name, ...(namespace === '' ? {} : { namespace }), ...(depth === null ? {} : { depth }) },
        keep,
      });
}

export function scheduleCommands(
  name: string,
  kind: JobKind,
  { schedule, window }: { schedule: string; window: string },
  change: JobChange = {},
): CommandForm[] {
  const [when, within] = [schedule.trim(), window.trim()];
  const { graceMinutes, stopPercent, outdatedAfterDays, budgetBytes } = change;
  const orNone = (value: number | null | undefined) => (value === null ? NEITHER : value);
  const cli = cliCommand(['datastore', 'update', name], {
    [`${kind}-schedule`]: when || NEITHER,
    [`${kind}-window`]: within || NEITHER,
    'gc-grace-minutes': graceMinutes,
    'gc-stop-percent': orNone(stopPercent),
    'verify-outdated-after': orNone(outdatedAfterDays),
    'verify-budget': orNone(budgetBytes && budgetBytes / GIB),
    ...keepWords(change.keep ?? {}, false),
  });
  const input = { name, kind, schedule: when || null, window: within || null, ...change };
  return commandForms(cli, 'datastore.updateJob', input);
}

export function updateCommands(
  name: string,
  changes: { comment?: string; syncLevel?: SyncLevel; trashDays?: number; verifyNew?: boolean },
): CommandForm[] {
  const cli = cliCommand(['datastore', 'update', name], {
    comment: changes.comment,
    'sync-level': changes.syncLevel,
    'trash-days': changes.trashDays,
    'verify-new': changes.verifyNew === undefined ? undefined : changes.verifyNew ? 'on' : 'off',
  });
  return commandForms(cli, 'datastore.update', { name, ...changes });
}

export function maintenanceCommands(
  name: string,
  mode: MaintenanceMode | null,
  message: string,
): CommandForm[] {
  const cli = cliCommand(['datastore', 'maintenance', name, mode ?? 'off'], { message: mode && message });
  return commandForms(cli, 'datastore.maintenance', { name, mode, message });
}

export function removeCommands(name: string, destroyData: boolean): CommandForm[] {
  const cli = cliCommand(['datastore', 'remove', name], { 'destroy-data': destroyData });
  return commandForms(cli, 'datastore.remove', { name, destroyData });
}
