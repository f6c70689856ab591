'use client';

import { useCallback, useEffect, useRef, useState } from 'react';
import type { LogLine } from '#domain/task.ts';
import { useLiveSignal } from '../../live/LiveProvider.tsx';
import { errorDetails } from '../../trpc/api-error.ts';
import { useTRPCClient } from '../../trpc/trpc.ts';
import type { ErrorDetails } from '../../ui/error-details.ts';

/** As many as the server gives at once. */
const PAGE = 5000;

export interface TaskLog {
  lines: readonly LogLine[];
  /** Lines there are, of which some may still be on their way. */
  total: number;
  complete: boolean;
  error: ErrorDetails | null;
  retry: () => void;
}

/** Reads a log from its start, page by page, then whatever is added to it. */
export function useTaskLog(taskId: string): TaskLog {
  const client = useTRPCClient();
  const [lines, setLines] = useState<readonly LogLine[]>([]);
  const [total, setTotal] = useState<number | null>(null);
  const [error, setError] = useState<ErrorDetails | null>(null);
  const reader = useRef({ last: 0, reading: false, again: false });

  const read = useCallback(
    async (signal?: AbortSignal) => {
      const state = reader.current;
      if (state.reading) {
        state.again = true;
        return;
      }
      state.reading = true;
      try {
        let more = true;
        while (more && !signal?.aborted) {
          state.again = false;
          const page = await client.task.log.query(
            { id: taskId, after: state.last, limit: PAGE },
            { signal },
          );
          const fresh = page.lines.filter((line) => line.number > state.last);
          state.last = fresh.at(-1)?.number ?? state.last;
          if (fresh.length > 0) setLines((known) => [...known, ...fresh]);
          setTotal(page.total);
          setError(null);
          more = page.lines.length === PAGE || state.again;
        }
      } catch (failed) {
        if (!signal?.aborted) setError(errorDetails(failed));
      } finally {
        state.reading = false;
      }
    },
    [client, taskId],
  );

  useEffect(() => {
    const leave = new AbortController();
    reader.current = { last: 0, reading: false, again: false };
    setLines([]);
    setTotal(null);
    void read(leave.signal);
    return () => leave.abort();
  }, [read]);

  useLiveSignal((signal) => {
    if (signal === 'resync' || signal.some(({ topic, ref }) => topic === 'task' && ref === taskId))
      void read();
  });

  return {
    lines,
    total: total ?? 0,
    complete: total !== null && lines.length >= total,
    error,
    retry: () => void read(),
  };
}
