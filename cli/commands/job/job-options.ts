import { JOBS, type JobKind } from '#domain/job.ts';
import type { KeepOptions } from '#domain/retention.ts';
import { parseSchedule, parseWindow } from '#domain/schedule.ts';
import { UsageError } from '../../command.ts';
import { argument, parsedOption, text, wholeNumber, wholeNumberOrNone } from '../../values.ts';
import { keepOptions, splitKeep } from '../datastore/keep-options.ts';

/** What a job of a datastore is told; asked alike when it is made and when it is changed. */

export const datastoreArgument = argument('<datastore>', 'Name of the datastore', { complete: 'datastore' });

export const versionOption = wholeNumber(
  '--if-version <n>',
  'Only if nobody else has changed the datastore since this version',
  0,
);

export const jobOptions = {
  schedule: parsedOption(
    '--schedule <schedule>',
    'When it runs, such as "Sun 05:00"; none for by hand only',
    (given) => parseSchedule(given),
  ),
  window: parsedOption(
    '--window <window>',
    'Start only in this part of the day, such as 22:00-06:00; none for any',
    (given) => parseWindow(given),
  ),
  namespace: text('--ns, --namespace <namespace>', 'Only this namespace and those below it', {
    complete: 'namespace',
  }),
  depth: wholeNumberOrNone('--depth, --max-depth <levels>', 'Only so many levels below it', {
    ...{ atLeast: 0, none: 'all' },
  }),
  ...keepOptions,
  outdatedAfterDays: wholeNumberOrNone(
    '--outdated-after <days>',
    'Of a verification: read again what was found sound longer ago',
    { atLeast: 0, none: 'never' },
  ),
  budgetBytes: wholeNumberOrNone('--budget <gib>', 'Of a verification: end after so many GiB', {
    times: 1024 ** 3,
  }),
  version: versionOption,
};

interface Given extends KeepOptions {
  schedule: string | null | undefined;
  window: string | null | undefined;
  namespace: string | undefined;
  depth: number | null | undefined;
  outdatedAfterDays: number | null | undefined;
  budgetBytes: number | null | undefined;
  version: number | undefined;
}

/** What was given, with the keep rules together; refused where the kind has no such option. */
export function jobWishes(kind: JobKind, given: Given) {
  const { keep, rest } = splitKeep(given);
  const { outdatedAfterDays, budgetBytes, namespace, depth, ...common } = rest;
  const [where, reads] = [
    { namespace, depth },
    { outdatedAfterDays, budgetBytes },
  ];
  if (kind !== 'prune') refuse(kind, 'a keep rule', keep);
  if (kind !== 'verify') refuse(kind, '--outdated-after and --budget', ...Object.values(reads));
  if (kind === 'gc') refuse(kind, '--ns and --depth', ...Object.values(where));
  return { common, where, keep, reads };
}

function refuse(kind: JobKind, what: string, ...values: unknown[]): void {
  if (values.every((value) => value === undefined)) return;
  throw new UsageError(`A ${JOBS[kind].noun} does not take ${what}.`);
}
