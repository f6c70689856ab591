import { countOf, formatBytes, formatCount } from '#domain/units.ts';
import type { ForgetPlan } from '../trpc/views.ts';

/** What forgetting would do, in numbers. */
export function forgetFacts(plan: ForgetPlan): { label: string; value: string }[] {
  const groups = new Set(plan.remove.map(({ namespace, type, id }) => `${namespace}/${type}/${id}`));
  return [
    {
      label: 'Forgotten',
      value: `${countOf(plan.remove.length, 'snapshot')} of ${countOf(groups.size, 'group')}`,
    },
    { label: 'Their size as if nothing were shared', value: sizeWords(plan) },
    { label: 'Freed now', value: 'nothing' },
    { label: freedLabel(plan), value: freedWords(plan) },
    ...(plan.keep.length > 0
      ? [{ label: 'Kept', value: `${countOf(plan.keep.length, 'snapshot')}: ${reasons(plan)}` }]
      : []),
  ];
}

/** What becomes of it: unfinished backups are of no use to anybody, and never go to the trash. */
export function fateWords({ remove, restorableUntil }: Pick<ForgetPlan, 'remove' | 'restorableUntil'>): {
  words: string;
  /** In ms since 1970; null where nothing can be restored. */
  until: number | null;
} {
  const unfinished = remove.filter(({ finished }) => !finished).length;
  const back = remove.length - unfinished;
  if (restorableUntil === null || back === 0) {
    return { words: 'What is forgotten can no longer be restored. This cannot be taken back.', until: null };
  }
  const rest =
    unfinished > 0
      ? ` ${countOf(unfinished, 'unfinished backup')} ${unfinished > 1 ? 'go' : 'goes'} for good.`
      : '';
  return {
    words: `${back === 1 ? 'It goes' : 'They go'} to the trash of the datastore.${rest}`,
    until: restorableUntil.getTime(),
  };
}

function freedLabel(plan: ForgetPlan): string {
  return fateWords(plan).until === null ? 'Freed by garbage collection' : 'Freed by GC after that';
}

/** What several of them share, and nothing else needs, comes on top. */
function freedWords({ freesBytes, remove }: ForgetPlan): string {
  if (freesBytes === null) return 'not known until a garbage collection has looked who uses the space';
  const more = remove.length > 1 ? ', and what only these share' : '; the rest is shared with others';
  return `at least ${formatBytes(freesBytes)}${more}`;
}

/** A backup that was cut off has no size: that is not the same as none. */
function sizeWords({ remove }: ForgetPlan): string {
  const sizes = remove.flatMap(({ sizeBytes }) => sizeBytes ?? []);
  const unknown = remove.length - sizes.length;
  if (sizes.length === 0 && unknown > 0) return 'unknown';
  const known = formatBytes(sizes.reduce((sum, size) => sum + size, 0));
  return unknown === 0 ? known : `${known}, and ${formatCount(unknown)} of unknown size`;
}

function reasons(plan: ForgetPlan): string {
  return [...new Set(plan.keep.map(({ reason }) => reason))].join(' ');
}
