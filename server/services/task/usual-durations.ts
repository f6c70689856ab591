import { and, desc, gt, inArray, sql } from 'drizzle-orm';
import type { TaskKind } from '#domain/task.ts';
import { workKey } from '#domain/task-object.ts';
import type { Database } from '#drizzle/client.ts';
import { task } from '#drizzle/schema/task.ts';

/** Fewer say nothing about the next one. */
const RUNS_MIN = 3;
/** Of the kinds that are asked for, the newest so many are looked at. */
const LOOKED_AT_MAX = 5000;

interface Work {
  kind: TaskKind;
  subject: string;
  payload?: unknown;
}

/** An audit that reads every chunk takes far longer than one that does not. */
export function usualKey({ kind, subject, payload }: Work): string {
  const isDeep = kind === 'datastore.audit' && (payload as { deep?: unknown } | null)?.deep === true;
  return `${workKey({ kind, subject })}${isDeep ? ' deep' : ''}`;
}

/**
 * How long the same work took in the last 90 days, in ms, by its `usualKey`: the median of the runs that came to a
 * result. Work that has not gone well three times is left out.
 */
export async function usualDurations(db: Database, works: readonly Work[]): Promise<Map<string, number>> {
  const kinds = [...new Set(works.map(({ kind }) => kind))];
  if (kinds.length === 0) return new Map();
  const wanted = new Set(works.map(usualKey));
  const durationMs = sql<number>`(extract(epoch from ${task.finishedAt} - ${task.startedAt}) * 1000)::float8`;
  const rows = await db
    .select({ kind: task.kind, subject: task.subject, payload: task.payload, durationMs })
    .from(task)
    .where(
      and(
        inArray(task.kind, kinds),
        inArray(task.state, ['succeeded', 'warnings']),
        gt(task.createdAt, sql`now() - interval '90 days'`),
      ),
    )
    .orderBy(desc(task.createdAt))
    .limit(LOOKED_AT_MAX);
  const runs = Map.groupBy(
    rows.filter((row) => wanted.has(usualKey(row))),
    usualKey,
  );
  return new Map(
    [...runs].flatMap(([key, alike]) =>
      alike.length < RUNS_MIN ? [] : [[key, median(alike.map((run) => run.durationMs))] as const],
    ),
  );
}

function median(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
