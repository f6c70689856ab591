import { and, desc, eq, gt, notInArray, sql } from 'drizzle-orm';
import type { OverdueFacts } from '#domain/health.ts';
import { TASK_KINDS, type TaskKind, type TaskState } from '#domain/task.ts';
import { apiToken, user } from '#drizzle/schema/auth.ts';
import { datastoreSample } from '#drizzle/schema/datastore.ts';
import { task } from '#drizzle/schema/task.ts';
import { readSetting } from '#drizzle/settings.ts';
import { hasAdministrator } from '#drizzle/setup.ts';
import { requireSession } from '../../auth/require-privilege.ts';
import { taskFilter } from '../../auth/visible-tasks.ts';
import type { ServiceContext } from '../context.ts';
import type { DatastoreView } from '../datastore/datastore-view.ts';
import { listDatastores } from '../datastore/list-datastores.ts';
import { listTokens } from '../token/list-tokens.ts';
import { type Failure, findFailures } from './find-failures.ts';

export interface Overview {
  datastores: (DatastoreView & {
    /** Bytes a second received, one point for each 15 minutes of the last 24 h; null where nothing was measured. */
    writeRates: (number | null)[];
  })[];
  /** Tasks of the last 24 h by kind and state. */
  activity: { kind: TaskKind; title: string; states: Partial<Record<TaskState, number>> }[];
  /** Failures of the last 7 days, newest first, at most two hundred. */
  failures: Failure[];
  running: number;
  /** That schedules run in. */
  zone: string;
  /** What the datastores should have started by themselves, and have not. */
  overdueJobs: OverdueFacts[];
  /** Tokens that stop working within a week or did so within the last: one's own, or all for administrators. */
  expiringTokens: { id: string; expiresAt: Date }[];
  checklist: { administrator: boolean; datastore: boolean; token: boolean; backup: boolean };
}

const QUIET = (Object.keys(TASK_KINDS) as TaskKind[]).filter((kind) => 'quiet' in TASK_KINDS[kind]);
const FAILURES_MAX = 200;
const BUCKETS = 96;
const BUCKET_SECONDS = 900;

/** What the dashboard shows, in one call. */
export async function overview(context: ServiceContext): Promise<Overview> {
  await requireSession(context);
  const visible = await taskFilter(context);
  const datastores = await listDatastores(context).catch(() => [] as DatastoreView[]);
  const rates = await writeRates(context);
  const recent = await context.db
    .select()
    .from(task)
    .where(and(gt(task.createdAt, sql`now() - interval '7 days'`), notInArray(task.kind, QUIET)))
    .orderBy(desc(task.createdAt))
    .limit(5000);
  const mine = recent.filter(visible);
  const dayAgo = context.clock.now() - 86_400_000;
  const [tokens] = await context.db
    .select({ count: sql<number>`count(*)::int` })
    .from(apiToken)
    .innerJoin(user, eq(user.id, apiToken.userId))
    .where(eq(user.realmId, 'ibs'));
  return {
    datastores: datastores.map((view) => ({ ...view, writeRates: rates.get(view.id) ?? [] })),
    activity: activityOf(mine.filter((row) => row.createdAt.getTime() > dayAgo)),
    failures: findFailures(mine).slice(0, FAILURES_MAX),
    zone: await readSetting(context.db, 'timeZone'),
    running: mine.filter((row) => row.state === 'running').length,
    overdueJobs: datastores.flatMap(overdueJobs),
    expiringTokens: await expiringTokens(context),
    checklist: {
      administrator: await hasAdministrator(context.db),
      datastore: datastores.length > 0,
      token: (tokens?.count ?? 0) > 0,
      backup: datastores.some((view) => view.snapshotCount > 0),
    },
  };
}

function overdueJobs({ name, jobs }: DatastoreView): OverdueFacts[] {
  return jobs.flatMap(({ kind, name: job, overdue, dueSince, waiting }) =>
    overdue && dueSince ? [{ datastore: name, kind, job, since: dueSince, waiting }] : [],
  );
}

const WEEK_MS = 7 * 86_400_000;

async function expiringTokens(context: ServiceContext): Promise<Overview['expiringTokens']> {
  const now = context.clock.now();
  return (await listTokens(context)).flatMap(({ id, enabled, expiresAt }) =>
    enabled && expiresAt && Math.abs(expiresAt.getTime() - now) < WEEK_MS ? [{ id, expiresAt }] : [],
  );
}

function activityOf(rows: { kind: TaskKind; state: TaskState }[]): Overview['activity'] {
  const kinds = new Map<TaskKind, Partial<Record<TaskState, number>>>();
  for (const row of rows) {
    const states = kinds.get(row.kind) ?? {};
    states[row.state] = (states[row.state] ?? 0) + 1;
    kinds.set(row.kind, states);
  }
  return [...kinds].map(([kind, states]) => ({ kind, title: TASK_KINDS[kind].title, states }));
}

async function writeRates(context: ServiceContext): Promise<Map<string, (number | null)[]>> {
  const age = sql`floor(extract(epoch from now() - ${datastoreSample.at}) / ${BUCKET_SECONDS})::int`;
  const rows = await context.db
    .select({
      id: datastoreSample.datastoreId,
      bucket: sql<number>`${age}`,
      bytes: sql<number>`sum(${datastoreSample.receivedBytes})::float8`,
    })
    .from(datastoreSample)
    .where(gt(datastoreSample.at, sql`now() - interval '1 day'`))
    .groupBy(datastoreSample.datastoreId, sql`2`);
  const series = new Map<string, (number | null)[]>();
  for (const { id, bucket, bytes } of rows) {
    const points = series.get(id) ?? Array.from({ length: BUCKETS }, () => null);
    if (bucket >= 0 && bucket < BUCKETS) points[BUCKETS - 1 - bucket] = bytes / BUCKET_SECONDS;
    series.set(id, points);
  }
  return series;
}
