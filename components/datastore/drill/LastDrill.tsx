import type { ReactNode } from 'react';
import { hashWords } from '#domain/drill.ts';
import { formatDuration } from '#domain/units.ts';
import { saveText } from '../../task/log/save-text.ts';
import { taskHref } from '../../task/task-words.ts';
import type { DrillReport } from '../../trpc/views.ts';
import { Banner } from '../../ui/Banner.tsx';
import { Button, ButtonLink } from '../../ui/Button.tsx';
import { TaskStateBadge } from '../../ui/StatusBadge.tsx';
import { RelativeTime } from '../../ui/time/RelativeTime.tsx';
import { TaskLink } from '../runs/ActiveRun.tsx';
import { amountWords, drilledSnapshot, reportFileName, reportText } from './prepare-drill.ts';

interface LastDrillProps {
  name: string;
  report: DrillReport;
}

/** What the newest report says. */
export function LastDrill({ name, report }: LastDrillProps) {
  return report.state === 'passed' ? (
    <Passed name={name} report={report} />
  ) : (
    <Failed name={name} report={report} />
  );
}

function Passed({ name, report }: LastDrillProps) {
  return (
    <div className="flex flex-wrap items-start gap-x-6 gap-y-2">
      <div className="grid min-w-0 flex-[1_1_280px] gap-1">
        <p className="text-heading wrap-anywhere">{drilledSnapshot(report)} came back whole</p>
        <p>
          {amountWords(report)} {hashWords(report.hashes)}, all equal.
        </p>
        <p className="flex flex-wrap items-center gap-x-3 gap-y-0.5 text-table text-muted">
          <TaskStateBadge state="succeeded" since={report.finishedAt.getTime()} />
          <Circumstances report={report} />
          <TaskLink id={report.id}>Open log</TaskLink>
        </p>
      </div>
      <Save name={name} report={report} />
    </div>
  );
}

function Failed({ name, report }: LastDrillProps) {
  return (
    <Banner
      tone="err"
      title={
        <>
          <span className="wrap-anywhere">{drilledSnapshot(report)}</span> did not come back whole{' '}
          <RelativeTime at={report.finishedAt.getTime()} />
        </>
      }
      actions={
        <>
          <Save name={name} report={report} />
          <ButtonLink size="small" href={taskHref(report.id)}>
            Open log
          </ButtonLink>
        </>
      }
    >
      <div className="grid gap-1 select-text">
        <ul className="grid list-disc gap-0.5 pl-4 text-text">
          {report.problems.map((words) => (
            <li key={words}>{words}</li>
          ))}
        </ul>
        <p>
          {amountWords(report)} {hashWords(report.hashes)}.
        </p>
        <p className="text-small">
          <Circumstances report={report} />
        </p>
      </div>
    </Banner>
  );
}

function Circumstances({ report }: { report: DrillReport }): ReactNode {
  const { choice, createdBy, startedAt, finishedAt } = report;
  const took = formatDuration(finishedAt.getTime() - startedAt.getTime());
  return (
    <span>
      {choice === 'random' ? 'chosen at random' : 'chosen by name'}, by {createdBy}, {took} with the
      comparison
    </span>
  );
}

function Save({ name, report }: LastDrillProps) {
  return (
    <Button size="small" onClick={() => saveText(reportFileName(name, report), reportText(name, report))}>
      Download report
    </Button>
  );
}
