'use client';

import { useDeferredValue, useEffect, useMemo, useState } from 'react';
import { isFinal } from '#domain/task.ts';
import { countOf, formatCount } from '#domain/units.ts';
import { taskLogCommand } from '../../commands/task-commands.ts';
import { usePreferences } from '../../preferences/PreferencesProvider.tsx';
import type { TaskDetail } from '../../trpc/views.ts';
import { Card } from '../../ui/Card.tsx';
import { CommandHint } from '../../ui/CommandHint.tsx';
import { ErrorBanner } from '../../ui/ErrorState.tsx';
import { failingLine, filterLog, type LogFilter, lineOfHash, logText } from './filter-log.ts';
import { LogToolbar } from './LogToolbar.tsx';
import { LogView } from './LogView.tsx';
import { saveText } from './save-text.ts';
import { type TaskLog, useTaskLog } from './use-task-log.ts';

const NO_FILTER: LogFilter = { level: 'all', search: '' };

/** The log of a task: live while it runs, at the failing line when it failed. */
export function TaskLogCard({ task }: { task: TaskDetail }) {
  const log = useTaskLog(task.id);
  const { preferences, setPreferences } = usePreferences();
  const [filter, setFilter] = useState(NO_FILTER);
  const deferred = useDeferredValue(filter);
  const lines = useMemo(() => filterLog(log.lines, deferred), [log.lines, deferred]);
  const [follow, setFollow] = useState(!isFinal(task.state));
  const [marked, setMarked] = useMarkedLine();
  const mark = (number: number) => {
    setFollow(false);
    setMarked(number);
  };
  const target = marked ?? (task.state === 'failed' && log.complete ? failingLine(log.lines) : null);
  return (
    <Card
      title="Log"
      note={countWords(log, lines.length)}
      flush
      footer={<CommandHint text={taskLogCommand(task.id, !isFinal(task.state))} />}
    >
      <LogToolbar
        filter={filter}
        onFilter={setFilter}
        wrap={preferences.wrapLog}
        onWrap={(wrapLog) => setPreferences({ wrapLog })}
        follow={follow}
        onFollow={setFollow}
        onDownload={() => saveText(`task-${task.id}.log`, logText(log.lines))}
        downloadReason={!log.complete && 'it is still being read'}
      />
      {log.error && (
        <div className="px-4 pb-3">
          <ErrorBanner title="The log could not be read" error={log.error} onRetry={log.retry} />
        </div>
      )}
      <div className="border-t">
        {log.complete && lines.length === 0 ? (
          <p className="px-4 py-6 text-muted">
            {log.total === 0 ? 'Nothing has been logged.' : 'No line matches.'}
          </p>
        ) : (
          <LogView
            lines={lines}
            search={deferred.search}
            wrap={preferences.wrapLog}
            follow={follow}
            onFollowChange={setFollow}
            marked={marked}
            onMark={mark}
            target={target}
          />
        )}
      </div>
    </Card>
  );
}

function countWords({ lines, total, complete }: TaskLog, shown: number): string {
  if (!complete && total === 0) return 'is being read';
  if (!complete) return `${formatCount(lines.length)} of ${formatCount(total)} lines read`;
  const all = countOf(total, 'line');
  return shown < lines.length ? `${formatCount(shown)} of ${all}` : all;
}

/** The line that the address names; marking another one changes the address, without a step in the history. */
function useMarkedLine(): [number | null, (number: number) => void] {
  const [marked, setState] = useState<number | null>(null);
  useEffect(() => {
    const read = () => setState(lineOfHash(location.hash));
    read();
    window.addEventListener('hashchange', read);
    return () => window.removeEventListener('hashchange', read);
  }, []);
  const setMarked = (number: number) => {
    window.history.replaceState(null, '', `#L${number}`);
    setState(number);
  };
  return [marked, setMarked];
}
