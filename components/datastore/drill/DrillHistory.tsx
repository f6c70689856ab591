import { Download } from 'lucide-react';
import { formatCount } from '#domain/units.ts';
import { saveText } from '../../task/log/save-text.ts';
import type { DrillReport } from '../../trpc/views.ts';
import { IconButton } from '../../ui/IconButton.tsx';
import { TaskStateBadge } from '../../ui/StatusBadge.tsx';
import { AbsoluteTime } from '../../ui/time/AbsoluteTime.tsx';
import { TaskLink } from '../runs/ActiveRun.tsx';
import { amountWords, drilledSnapshot, reportFileName, reportText } from './prepare-drill.ts';

interface DrillHistoryProps {
  name: string;
  reports: { reports: readonly DrillReport[]; total: number };
}

/** The reports before the newest, which stands above; nothing before the second. */
export function DrillHistory({ name, reports: { reports, total } }: DrillHistoryProps) {
  const earlier = reports.slice(1);
  if (earlier.length === 0) return null;
  return (
    <section aria-label="Earlier restore drills" className="-mx-4 -mb-4 border-t">
      <ul>
        {earlier.map((report) => (
          <Earlier key={report.id} name={name} report={report} />
        ))}
      </ul>
      {total > reports.length && (
        <p className="border-t px-4 py-2 text-table text-muted">
          The newest {formatCount(reports.length)} of {formatCount(total)}.
        </p>
      )}
    </section>
  );
}

function Earlier({ name, report }: { name: string; report: DrillReport }) {
  const snapshot = drilledSnapshot(report);
  const [problem] = report.problems;
  return (
    <li className="flex items-center gap-x-4 px-4 py-2 text-table not-last:border-b">
      <div className="grid min-w-0 flex-1 gap-0.5">
        <p className="flex flex-wrap items-baseline gap-x-3 gap-y-0.5">
          <TaskStateBadge
            state={report.state === 'passed' ? 'succeeded' : 'failed'}
            {...(problem !== undefined && { reason: problem })}
          />
          <span className="min-w-0 font-medium wrap-anywhere">{snapshot}</span>
        </p>
        <p className="flex flex-wrap gap-x-3 gap-y-0.5 text-muted">
          <AbsoluteTime at={report.startedAt.getTime()} />
          <span>{amountWords(report)}</span>
          <TaskLink id={report.id}>Open log</TaskLink>
        </p>
      </div>
      <IconButton
        label={`Download the report of ${snapshot}`}
        icon={<Download />}
        size="small"
        onClick={() => saveText(reportFileName(name, report), reportText(name, report))}
      />
    </li>
  );
}
