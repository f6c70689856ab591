import Link from 'next/link';
import { formatDuration } from '#domain/units.ts';
import { dayAndTime } from '#domain/upcoming.ts';
import { jobHref, jobTitle } from '../datastore/job-words.ts';
import { Table, Td, Th } from '../ui/table/Table.tsx';
import { RelativeTime } from '../ui/time/RelativeTime.tsx';
import { Unknown } from '../ui/Unknown.tsx';
import { type Timeline, timelineRuns } from './prepare-timeline.ts';

const ROWS_MAX = 50;
const STATE_WORDS = { planned: '', due: 'Due since ', overdue: 'Overdue since ' };

/** The same as the picture in words, by time. */
export function TimelineTable({ timeline, zone }: { timeline: Timeline; zone: string }) {
  const runs = timelineRuns(timeline);
  return (
    <div className="max-h-96 overflow-auto">
      <Table aria-label="What starts in the next 24 hours">
        <thead>
          <tr>
            <Th className="sticky top-0">Starts</Th>
            <Th className="sticky top-0">Datastore</Th>
            <Th className="sticky top-0">Job</Th>
            <Th className="sticky top-0" align="end">
              Usually
            </Th>
            <Th className="sticky top-0">Note</Th>
          </tr>
        </thead>
        <tbody>
          {runs.slice(0, ROWS_MAX).map((run) => (
            <tr key={run.id}>
              <Td className="whitespace-nowrap">
                <span className={run.state === 'overdue' ? 'font-medium text-err' : ''}>
                  {STATE_WORDS[run.state]}
                  {dayAndTime(run.at, zone)}
                </span>{' '}
                <span className="text-muted">
                  <RelativeTime at={run.at} />
                </span>
              </Td>
              <Td>
                <Link
                  href={jobHref(run.name, run.kind)}
                  className="font-medium underline-offset-2 hover:underline"
                >
                  {run.name}
                </Link>
              </Td>
              <Td className="whitespace-nowrap">
                {jobTitle(run.kind, run.job)}
                {run.times > 1 && <span className="text-muted">, {run.times} times</span>}
              </Td>
              <Td align="end" className="whitespace-nowrap">
                {run.usualMs === null ? (
                  <Unknown reason="It has not gone well three times yet" />
                ) : (
                  formatDuration(run.usualMs)
                )}
              </Td>
              <Td className="min-w-40 py-1 text-muted">{run.note}</Td>
            </tr>
          ))}
        </tbody>
      </Table>
      {runs.length > ROWS_MAX && (
        <p className="border-t px-4 py-2 text-table text-muted">and {runs.length - ROWS_MAX} more</p>
      )}
    </div>
  );
}
