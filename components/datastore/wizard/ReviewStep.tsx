import { rulesOf } from '#domain/retention.ts';
import type { PlaceReport } from '../../trpc/views.ts';
import { Banner } from '../../ui/Banner.tsx';
import { KeyValueList } from '../../ui/KeyValueList.tsx';
import { KIND_WORDS, SYNC_WORDS } from '../datastore-words.ts';
import { policyWords } from '../prune/plan-words.ts';
import type { Draft } from './draft.ts';
import { foundEntries } from './PlaceChecks.tsx';
import { scheduleFacts } from './schedules-draft.ts';

/** Everything once more, and every warning, before anything is written. */
export function ReviewStep({ draft, report }: { draft: Draft; report: PlaceReport | null }) {
  const adopts = draft.purpose === 'adopt';
  const warnings = report?.checks.filter(({ outcome }) => outcome === 'warning' || outcome === 'override');
  return (
    <div className="grid gap-4">
      {warnings?.map((check) => (
        <Banner key={check.id} tone="warn" title={check.text}>
          {check.outcome === 'override' && `Your reason: ${draft.reason}`}
        </Banner>
      ))}
      {adopts && rulesOf(draft.keep).length > 0 && (
        <Banner tone="warn" title="The first prune removes adopted snapshots that no rule keeps">
          {`Kept are ${policyWords(draft.keep)} of each group, and what is protected. To see first what would go, leave the rules out here and try them on the tab Prune.`}
        </Banner>
      )}
      <section className="rounded-lg border px-4 py-2">
        <KeyValueList
          entries={[
            { label: 'Act', value: adopts ? 'Adopt the existing datastore' : 'Create a new datastore' },
            { label: 'Type', value: KIND_WORDS[draft.type] },
            { label: 'Name', value: <span className="font-mono">{draft.name}</span> },
            { label: 'Path', value: <span className="font-mono">{draft.path}</span> },
            ...(adopts ? [] : [{ label: 'Sync level', value: SYNC_WORDS[draft.syncLevel].label }]),
            { label: 'Comment', value: draft.comment || '—' },
            ...(report ? placeFacts(report) : []),
            ...scheduleFacts(draft),
            { label: 'Keep', value: policyWords(draft.keep) || 'Everything' },
          ]}
        />
      </section>
    </div>
  );
}

function placeFacts(report: PlaceReport) {
  const textOf = (id: 'filesystem' | 'space' | 'path') =>
    report.checks.find((check) => check.id === id)?.text ?? '';
  return [
    { label: 'Directory', value: textOf('path') },
    { label: 'Filesystem', value: textOf('filesystem') },
    { label: 'Free space', value: textOf('space') },
    ...(report.content ? foundEntries(report.content) : []),
  ];
}
