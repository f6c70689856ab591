'use client';

import { useState } from 'react';
import { jobEntry, jobNoun } from '#domain/job.ts';
import { wallText } from '#domain/schedule.ts';
import { jobHref } from '../datastore/job-words.ts';
import type { Overview } from '../trpc/views.ts';
import { Button } from '../ui/Button.tsx';
import { Card } from '../ui/Card.tsx';
import { CommandHint } from '../ui/CommandHint.tsx';
import { STATUS_COMMAND } from './dashboard-words.ts';
import { prepareTimeline, type Timeline } from './prepare-timeline.ts';
import { TextLink } from './TextLink.tsx';
import { TimelineChart } from './TimelineChart.tsx';
import { TimelineTable } from './TimelineTable.tsx';

interface TimelineCardProps {
  datastores: Overview['datastores'];
  zone: string;
  /** When they were read, ms since 1970. */
  at: number;
}

/** What the datastores start by themselves in the next 24 hours, and what they do not. */
export function TimelineCard({ datastores, zone, at }: TimelineCardProps) {
  const [asTable, setAsTable] = useState(false);
  const timeline = prepareTimeline(datastores, at, zone);
  const isEmpty = timeline.rows.length === 0;
  return (
    <Card
      flush
      title="Next 24 hours"
      note={zone}
      actions={
        !isEmpty && (
          <Button size="small" variant="ghost" aria-pressed={asTable} onClick={() => setAsTable(!asTable)}>
            Show as table
          </Button>
        )
      }
      footer={<CommandHint text={STATUS_COMMAND} />}
    >
      {isEmpty && <p className="px-4 pt-1 pb-2 text-muted">Nothing starts in the next 24 hours.</p>}
      {!isEmpty && !asTable && <TimelineChart timeline={timeline} from={at} zone={zone} />}
      {!isEmpty && asTable && <TimelineTable timeline={timeline} zone={zone} />}
      <Quiet timeline={timeline} zone={zone} />
    </Card>
  );
}

const NAMED_MAX = 4;

/** What is not in the picture, so that nobody takes it for all there is. */
function Quiet({ timeline, zone }: { timeline: Timeline; zone: string }) {
  const { unplanned } = timeline;
  // What never starts by itself is told by kind, below.
  const quiet = timeline.quiet.flatMap(({ name, next }) => (next ? [{ name, next }] : []));
  if (quiet.length === 0 && unplanned.length === 0) return null;
  return (
    <ul className="grid gap-0.5 border-t px-4 py-2 text-table text-muted">
      {quiet.slice(0, NAMED_MAX).map(({ name, next }) => (
        <li key={name} className="wrap-anywhere">
          <TextLink href={jobHref(name, next.kind)}>{name}</TextLink>: nothing before{' '}
          {wallText(next.at, zone)} ({jobNoun(next)})
        </li>
      ))}
      {quiet.length > NAMED_MAX && (
        <li>and {quiet.length - NAMED_MAX} more datastores that start nothing before tomorrow</li>
      )}
      {unplanned.map(({ kind, reason, names }) => (
        <li key={`${kind} ${reason}`} className="wrap-anywhere">
          No {jobEntry(kind).noun} by itself, {reason}:{' '}
          {names.slice(0, NAMED_MAX).map((name, index) => (
            <span key={name}>
              {index > 0 && ', '}
              <TextLink href={jobHref(name, kind)}>{name}</TextLink>
            </span>
          ))}
          {names.length > NAMED_MAX && ` and ${names.length - NAMED_MAX} more`}
        </li>
      ))}
    </ul>
  );
}
