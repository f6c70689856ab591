import { and, eq, type SQL, sql } from 'drizzle-orm';
import { datastorePath } from '#domain/permissions.ts';
import { owns, type PrincipalId } from '#domain/principal.ts';
import { isInScope } from '#domain/scope.ts';
import { type ChunkCoverage, COVERAGE_DAYS, type VerificationInput } from '#domain/verify.ts';
import { backupGroup, snapshot } from '#drizzle/schema/snapshot.ts';
import { privilegeFilter, requirePrivilegeBelow } from '../../auth/require-privilege.ts';
import type { ServiceContext } from '../context.ts';
import { findDatastore } from '../find-datastore.ts';
import { isDue, isVerified } from '../snapshot/verify-condition.ts';
import { VISIBLE } from './list-datastores.ts';

export interface Verification {
  /** Finished ones that the caller may see. */
  snapshots: number;
  /** How many were found sound within so many days. */
  within: { days: number; snapshots: number }[];
  /** Found sound, whenever. */
  sound: number;
  failed: number;
  never: number;
  /** What a run would read; chunks that several share are read once, so it reads fewer bytes. */
  due: { snapshots: number; bytes: number };
  /** The same of the chunks that snapshots need, as of the last look at who uses the space; null for a part, or before any. */
  chunks: (ChunkCoverage & { asOf: Date }) | null;
}

/** How much of a datastore is known to be sound, from the lists. */
export async function readVerification(
  context: ServiceContext,
  input: VerificationInput,
): Promise<Verification> {
  const caller = await requirePrivilegeBelow(context, datastorePath(input.name), ...VISIBLE);
  const { id, chunkCoverage, spaceUseAt } = await findDatastore(context.db, input.name);
  const holds = await privilegeFilter(context);
  const scope = { namespace: input.namespace, depth: null, group: null };
  const rows = (await countRows(context, id, input)).filter(({ namespace, owner }) => {
    if (!isInScope(namespace, scope)) return false;
    const path = datastorePath(input.name, namespace);
    if (holds(path, 'Datastore.Audit') || holds(path, 'Datastore.Read')) return true;
    if (owner === null || !holds(path, 'Datastore.Backup')) return false;
    return owns(caller.principal, owner as PrincipalId);
  });
  const sum = (of: (row: (typeof rows)[number]) => number) => rows.reduce((all, row) => all + of(row), 0);
  return {
    snapshots: sum(({ snapshots }) => snapshots),
    within: COVERAGE_DAYS.map((days) => ({ days, snapshots: sum((row) => row[`within${days}`]) })),
    sound: sum(({ sound }) => sound),
    failed: sum(({ failed }) => failed),
    never: sum(({ never }) => never),
    due: { snapshots: sum(({ due }) => due), bytes: sum(({ dueBytes }) => dueBytes) },
    chunks:
      input.namespace === '' && chunkCoverage && spaceUseAt ? { ...chunkCoverage, asOf: spaceUseAt } : null,
  };
}

/** Apart by what decides who may see it. */
async function countRows(
  { db, clock }: ServiceContext,
  id: string,
  { outdatedAfterDays }: VerificationInput,
) {
  const now = new Date(clock.now());
  const due = isDue(outdatedAfterDays, now);
  const within = (days: number) => {
    const border = new Date(now.getTime() - days * 86_400_000).toISOString();
    return countOf(and(isVerified('ok'), sql`${snapshot.verifiedAt} >= ${border}`));
  };
  return db
    .select({
      namespace: snapshot.namespace,
      owner: backupGroup.owner,
      snapshots: countOf(sql`true`),
      within7: within(7),
      within30: within(30),
      within90: within(90),
      sound: countOf(isVerified('ok')),
      failed: countOf(isVerified('failed')),
      never: countOf(isVerified('never')),
      due: countOf(due),
      dueBytes: sql<number>`coalesce(sum(${snapshot.sizeBytes}) filter (where ${due}), 0)::float8`,
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
    .where(and(eq(snapshot.datastoreId, id), snapshot.finished))
    .groupBy(snapshot.namespace, backupGroup.owner);
}

function countOf(condition: SQL | undefined) {
  return sql<number>`count(*) filter (where ${condition})::int`;
}
