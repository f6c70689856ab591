import { and, eq, or, sql } from 'drizzle-orm';
import {
  type BackupId,
  type BackupType,
  compareGroups,
  formatGroupPath,
  type NamespacePath,
} from '#domain/ids.ts';
import { type KeepWarning, lintKeep, usualIntervalSeconds } from '#domain/lint-keep.ts';
import { datastorePath } from '#domain/permissions.ts';
import { owns, type PrincipalId } from '#domain/principal.ts';
import { PRUNE_PRIVILEGES, type PrunePlanInput, pruneReach } from '#domain/prune.ts';
import {
  countMarks,
  type Fate,
  type PruneTotals,
  planPrune,
  type RetentionSnapshot,
  type Verdict,
  verdictWords,
} from '#domain/retention.ts';
import { isInScope } from '#domain/scope.ts';
import { backupGroup, snapshot } from '#drizzle/schema/snapshot.ts';
import { readSetting } from '#drizzle/settings.ts';
import { privilegeFilter, requirePrivilegeBelow } from '../../auth/require-privilege.ts';
import type { ServiceContext } from '../context.ts';
import { requirePruneScope } from '../require-prune-scope.ts';

export interface PlannedSnapshot extends RetentionSnapshot, Verdict {
  /** Mark, rule and period in a few words. */
  why: string;
}

export interface GroupPlan {
  namespace: NamespacePath;
  type: BackupType;
  id: BackupId;
  /** Of the whole group, also when only a part of its snapshots is on this page. */
  totals: PruneTotals;
  /** Newest first. */
  snapshots: PlannedSnapshot[];
}

export interface PrunePlan {
  /** The time zone that periods are of. */
  zone: string;
  warnings: KeepWarning[];
  totals: PruneTotals & { groups: number };
  /** Groups of which something goes. */
  shrinkingGroups: number;
  groups: GroupPlan[];
  /** The offset of the next page; null when this is the last one. */
  next: number | null;
}

/**
 * What a prune would do, by the same function as the task and with the same privileges, from what the lists say. Nothing
 * is changed.
 */
export async function planPruneOf(context: ServiceContext, input: PrunePlanInput): Promise<PrunePlan> {
  await requirePrivilegeBelow(context, datastorePath(input.name, input.namespace), ...PRUNE_PRIVILEGES);
  const row = await requirePruneScope(context, input);
  const zone = await readSetting(context.db, 'timeZone');
  const groups = await readGroups(context, row.id, input);
  const plans = groups.map((group) => ({ group, fates: planPrune(group.snapshots, input.keep, zone) }));
  const intervalSeconds = usualIntervalSeconds(
    groups.map(({ snapshots }) => snapshots.map(({ time }) => time)),
  );
  const totals = plans.reduce<PruneTotals | undefined>((sum, { fates }) => countMarks(fates, sum), undefined);
  const all = { ...(totals ?? countMarks([])), groups: groups.length };
  const end = input.offset + input.limit;
  return {
    zone,
    warnings: lintKeep(input.keep, { intervalSeconds }),
    totals: all,
    shrinkingGroups: plans.filter(({ fates }) => fates.some(({ mark }) => mark === 'remove')).length,
    groups: pageOf(plans, input.offset, end),
    next: end < all.snapshots ? end : null,
  };
}

interface Group {
  namespace: NamespacePath;
  type: BackupType;
  id: BackupId;
  snapshots: RetentionSnapshot[];
}

/** The groups in the scope that the caller may prune, in the order of every listing. */
async function readGroups(
  context: ServiceContext,
  datastoreId: string,
  input: PrunePlanInput,
): Promise<Group[]> {
  const rows = await readRows(context, datastoreId, input);
  const holds = await privilegeFilter(context);
  const principal = context.caller?.principal;
  const reaches = new Map<NamespacePath, ReturnType<typeof pruneReach>>();
  const reachIn = (namespace: NamespacePath) => {
    const path = datastorePath(input.name, namespace);
    const reach = reaches.get(namespace) ?? pruneReach((privilege) => holds(path, privilege));
    reaches.set(namespace, reach);
    return reach;
  };
  const mayPrune = ({ namespace, owner }: (typeof rows)[number]) => {
    const reach = reachIn(namespace);
    if (reach !== 'own') return reach === 'all';
    return principal !== undefined && owner !== null && owns(principal, owner as PrincipalId);
  };
  const mine = rows.filter((row) => isInScope(row.namespace, input) && mayPrune(row));
  const groups = [...Map.groupBy(mine, formatGroupPath).values()].flatMap(asGroup);
  return groups.sort((a, b) => compareText(a.namespace, b.namespace) || compareGroups(a, b));
}

function asGroup(rows: Awaited<ReturnType<typeof readRows>>): Group[] {
  const [first] = rows;
  if (!first) return [];
  const { namespace, type, id } = first;
  const snapshots = rows.map(({ time, finished, protected: isProtected }) => ({
    ...{ time, finished },
    protected: isProtected,
  }));
  return [{ namespace, type, id, snapshots }];
}

function readRows({ db }: ServiceContext, datastoreId: string, { namespace, group }: PrunePlanInput) {
  return db
    .select({
      namespace: snapshot.namespace,
      type: snapshot.type,
      id: snapshot.backupId,
      time: sql<number>`extract(epoch from ${snapshot.time})::float8`,
      finished: snapshot.finished,
      protected: snapshot.protected,
      owner: backupGroup.owner,
    })
    .from(snapshot)
    .leftJoin(
      backupGroup,
      and(
        eq(backupGroup.datastoreId, snapshot.datastoreId),
        eq(backupGroup.namespace, snapshot.namespace),
        eq(backupGroup.type, snapshot.type),
        eq(backupGroup.backupId, snapshot.backupId),
      ),
    )
    .where(
      and(
        eq(snapshot.datastoreId, datastoreId),
        namespace === ''
          ? undefined
          : or(
              eq(snapshot.namespace, namespace),
              sql`starts_with(${snapshot.namespace}, ${`${namespace}/`})`,
            ),
        group ? and(eq(snapshot.type, group.type), eq(snapshot.backupId, group.id)) : undefined,
      ),
    );
}

interface Planned {
  group: Group;
  fates: Fate<RetentionSnapshot>[];
}

/** The snapshots from `start` to before `end`, counted over all groups. */
function pageOf(plans: readonly Planned[], start: number, end: number): GroupPlan[] {
  const page: GroupPlan[] = [];
  let before = 0;
  for (const { group, fates } of plans) {
    const part = fates.slice(Math.max(0, start - before), Math.max(0, end - before));
    before += fates.length;
    if (part.length === 0) continue;
    const { namespace, type, id } = group;
    page.push({ namespace, type, id, totals: countMarks(fates), snapshots: part.map(viewFate) });
  }
  return page;
}

function viewFate({
  snapshot: { time, finished, protected: isProtected },
  ...verdict
}: Fate<RetentionSnapshot>) {
  return { time, finished, protected: isProtected, ...verdict, why: verdictWords(verdict, finished) };
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
