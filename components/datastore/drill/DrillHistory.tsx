import { Download } from 'lucide-react';
import { formatCount, formatDuration } from '#domain/units.ts';
import { saveText } from '../../task/log/save-text.ts';
import type { DrillReport } from '../../trpc/views.ts';
import { Bytes } from '../../ui/Bytes.tsx';
import { IconButton } from '../../ui/IconButton.tsx';
import { TaskStateBadge } from '../../ui/StatusBadge.tsx';
import { Table, Td, Th } from '../../ui/table/Table.tsx';
import { AbsoluteTime, ZoneName } from '../../ui/time/AbsoluteTime.tsx';
import { TaskLink } from '../runs/ActiveRun.tsx';
import { drilledSnapshot, reportFileName, reportText } from './prepare-drill.ts';

interface DrillHistoryProps {
  name: string;
  reports: { reports: readonly DrillReport[]; total: number };
}

/** The reports before the newest, which stands above; nothing before the second. */
export function DrillHistory({ name, reports: { reports, total } }: DrillHistoryProps) {
  if (reports.length < 2) return null;
  return (
    <section aria-label="Reports of restore drills" className="-mx-4 grid gap-2">
      <div className="overflow-x-auto border-y">
        <Table>
          <thead>
            <tr>
              <Th className="sticky left-0">
                Started <ZoneName />
              </Th>
              <Th>Result</Th>
              <Th>Snapshot</Th>
              <Th align="end">Restored in</Th>
              <Th align="end">Files</Th>
              <Th align="end">Size</Th>
              <Th>Report</Th>
            </tr>
          </thead>
          <tbody>
            {reports.map((report) => (
              <Row key={report.id} name={name} report={report} />
            ))}
          </tbody>
        </Table>
      </div>
      {total > reports.length && (
        <p className="px-4 text-table text-muted">
          The newest {formatCount(reports.length)} of {formatCount(total)}.
        </p>
      )}
    </section>
  );
}

function Row({ name, report }: { name: string; report: DrillReport }) {
  const snapshot = drilledSnapshot(report);
  return (
    <tr>
      <Td className="sticky left-0 bg-bg">
        <AbsoluteTime at={report.startedAt.getTime()} />
      </Td>
      <Td>
        <TaskStateBadge
          state={report.state === 'passed' ? 'succeeded' : 'failed'}
          {...(report.problems[0] === undefined ? {} : { reason: report.problems[0] })}
        />
      </Td>
      <Td>
        <span className="block max-w-64 truncate" title={snapshot}>
          {snapshot}
        </span>
      </Td>
      <Td align="end">{formatDuration(report.restoreMs)}</Td>
      <Td align="end">{formatCount(report.restoredFiles)}</Td>
      <Td align="end">
        <Bytes value={report.restoredBytes} />
      </Td>
      <Td>
        <span className="inline-flex items-center gap-2">
          <TaskLink id={report.id}>Open log</TaskLink>
          <IconButton
            label={`Download the report of ${snapshot}`}
            icon={<Download />}
            onClick={() => saveText(reportFileName(name, report), reportText(name, report))}
          />
        </span>
      </Td>
    </tr>
  );
}
