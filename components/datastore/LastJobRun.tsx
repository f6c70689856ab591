import type { ReactNode } from 'react';
import { sentence } from '#domain/sentence.ts';
import { formatRelative } from '#domain/units.ts';
import type { JobSummary } from '../trpc/views.ts';
import { cn } from '../ui/class-names.ts';
import { Hint } from '../ui/Hint.tsx';
import { StatusGlyph } from '../ui/StatusGlyph.tsx';
import { TASK_LOOKS } from '../ui/status-looks.ts';
import { useNow } from '../ui/time/TimeProvider.tsx';
import { Unknown } from '../ui/Unknown.tsx';

/** How a job last went: shape, age, and the word where it did not go well; what came of it on hover and focus. */
export function LastJobRun({ job }: { job: JobSummary | undefined }) {
  const now = useNow();
  if (job?.activeTaskId) return <Mark look="running">running</Mark>;
  if (!job?.last) return <Unknown reason="It has never run" />;
  const { state, at, outcome } = job.last;
  const { word } = TASK_LOOKS[state];
  const isWell = state === 'succeeded';
  const came = [`${word}.`, outcome && sentence(outcome), job.overdue && 'The next one is overdue.'];
  return (
    <Hint content={came.filter(Boolean).join(' ')}>
      <Mark look={state}>
        <span className={isWell ? 'sr-only' : cn(state === 'failed' && 'text-err')}>{word}</span>{' '}
        <time className="whitespace-nowrap" dateTime={at.toISOString()}>
          {formatRelative(at.getTime(), now)}
        </time>
      </Mark>
    </Hint>
  );
}

function Mark({ look, children }: { look: keyof typeof TASK_LOOKS; children: ReactNode }) {
  const { glyph, tone } = TASK_LOOKS[look];
  return (
    <span className="inline-flex items-baseline gap-1.5">
      <StatusGlyph glyph={glyph} tone={tone} className="translate-y-px" />
      <span className="flex flex-wrap gap-x-1">{children}</span>
    </span>
  );
}
