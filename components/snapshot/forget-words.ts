import { countOf, formatBytes } from '#domain/units.ts';
import type { ForgetPlan } from '../trpc/views.ts';

/** What forgetting would do, in numbers. */
export function forgetFacts(plan: ForgetPlan): { label: string; value: string }[] {
  const groups = new Set(plan.remove.map(({ namespace, type, id }) => `${namespace}/${type}/${id}`));
  const logicalBytes = plan.remove.reduce((sum, snapshot) => sum + (snapshot.sizeBytes ?? 0), 0);
  return [
    {
      label: 'Forgotten',
      value: `${countOf(plan.remove.length, 'snapshot')} of ${countOf(groups.size, 'group')}`,
    },
    { label: 'Their size as if nothing were shared', value: formatBytes(logicalBytes) },
    {
      label: 'Freed now',
      value: 'nothing: chunks stay until no snapshot needs them and they are collected',
    },
    ...(plan.keep.length > 0
      ? [{ label: 'Kept', value: `${countOf(plan.keep.length, 'snapshot')}: ${reasons(plan)}` }]
      : []),
  ];
}

function reasons(plan: ForgetPlan): string {
  return [...new Set(plan.keep.map(({ reason }) => reason))].join(' ');
}
