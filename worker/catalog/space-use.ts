import { and, eq, isNull, sql } from 'drizzle-orm';
import { formatSnapshotPath } from '#domain/ids.ts';
import { COVERAGE_DAYS } from '#domain/verify.ts';
import { announce } from '#drizzle/changes.ts';
import type { Database, Transaction } from '#drizzle/client.ts';
import { datastore } from '#drizzle/schema/datastore.ts';
import { backupGroup, namespace, snapshot } from '#drizzle/schema/snapshot.ts';
import type { CoverageQuestion, SpaceUse, UsedBytes } from '#engine/gc/space-use.ts';

/** Rows that one statement changes. */
const AT_ONCE = 5000;

/**
 * Records who uses the space, as of `at`. What a collection has not met is not known any more: its figures of before would
 * stand beside those of now.
 */
export async function recordSpaceUse(
  db: Database,
  datastoreId: string,
  use: SpaceUse,
  at: Date,
): Promise<void> {
  await db.transaction(async (tx) => {
    const unknown = { exclusiveBytes: null, usedBytes: null };
    for (const table of [snapshot, backupGroup, namespace]) {
      await tx.update(table).set(unknown).where(eq(table.datastoreId, datastoreId));
    }
    for (const part of parts(use.snapshots)) await putSnapshots(tx, datastoreId, part);
    for (const part of parts(use.groups)) await putGroups(tx, datastoreId, part);
    for (const part of parts(use.namespaces)) await putNamespaces(tx, datastoreId, part);
    await tx
      .update(datastore)
      .set({
        ...{ spaceUseAt: at, chunkCoverage: use.coverage },
        ...(use.trashBytes === null ? {} : { trashBytes: use.trashBytes }),
      })
      .where(eq(datastore.id, datastoreId));
    await announce(tx, 'content', datastoreId, datastoreId);
  });
}

/** What the lists say about which snapshots were found sound; `now` in ms since 1970. */
export async function coverageQuestion(
  db: Database,
  datastoreId: string,
  now: number,
): Promise<CoverageQuestion> {
  const rows = await db
    .select({
      ...{ namespace: snapshot.namespace, type: snapshot.type, id: snapshot.backupId },
      ...{ time: snapshot.time, verifiedAt: snapshot.verifiedAt },
    })
    .from(snapshot)
    .where(and(eq(snapshot.datastoreId, datastoreId), isSound()));
  const soundAt = new Map(
    rows.map(({ time, verifiedAt, ...group }) => {
      const ref = { ...group, time: seconds(time) };
      return [formatSnapshotPath(ref), verifiedAt ? seconds(verifiedAt) : 0];
    }),
  );
  return {
    ...{ now: Math.floor(now / 1000), days: COVERAGE_DAYS },
    soundAt: (ref) => soundAt.get(formatSnapshotPath(ref)) ?? 0,
  };
}

/** As the gauge of snapshots counts them. */
function isSound() {
  return and(eq(snapshot.verifyState, 'ok'), isNull(snapshot.damage), isNull(snapshot.chunkDamage));
}

function seconds(at: Date): number {
  return Math.floor(at.getTime() / 1000);
}

async function putSnapshots(
  tx: Transaction,
  datastoreId: string,
  part: SpaceUse['snapshots'],
): Promise<void> {
  const column = <T>(of: (one: (typeof part)[number]) => T) => sql.param(part.map(of));
  await tx.execute(sql`
    update ${snapshot} set exclusive_bytes = new.exclusive, used_bytes = new.used
    from unnest(
      ${column((one) => one.snapshot.namespace)}::text[], ${column((one) => one.snapshot.type)}::text[],
      ${column((one) => one.snapshot.id)}::text[],
      ${column((one) => new Date(one.snapshot.time * 1000).toISOString())}::timestamptz[],
      ${exclusiveOf(part)}::bigint[], ${usedOf(part)}::bigint[]
    ) as new (namespace, type, id, time, exclusive, used)
    where ${snapshot.datastoreId} = ${datastoreId} and ${snapshot.namespace} = new.namespace
      and ${snapshot.type} = new.type and ${snapshot.backupId} = new.id and ${snapshot.time} = new.time`);
}

async function putGroups(tx: Transaction, datastoreId: string, part: SpaceUse['groups']): Promise<void> {
  const column = <T>(of: (one: (typeof part)[number]) => T) => sql.param(part.map(of));
  await tx.execute(sql`
    update ${backupGroup} set exclusive_bytes = new.exclusive, used_bytes = new.used
    from unnest(
      ${column((one) => one.group.namespace)}::text[], ${column((one) => one.group.type)}::text[],
      ${column((one) => one.group.id)}::text[], ${exclusiveOf(part)}::bigint[], ${usedOf(part)}::bigint[]
    ) as new (namespace, type, id, exclusive, used)
    where ${backupGroup.datastoreId} = ${datastoreId} and ${backupGroup.namespace} = new.namespace
      and ${backupGroup.type} = new.type and ${backupGroup.backupId} = new.id`);
}

async function putNamespaces(
  tx: Transaction,
  datastoreId: string,
  part: SpaceUse['namespaces'],
): Promise<void> {
  for (const { namespace: path, exclusiveBytes, totalBytes } of part) {
    await tx
      .update(namespace)
      .set({ exclusiveBytes, usedBytes: totalBytes })
      .where(and(eq(namespace.datastoreId, datastoreId), eq(namespace.path, path)));
  }
}

const exclusiveOf = (part: readonly UsedBytes[]) => sql.param(part.map((one) => one.exclusiveBytes));
const usedOf = (part: readonly UsedBytes[]) => sql.param(part.map((one) => one.totalBytes));

function parts<T>(list: readonly T[]): T[][] {
  return Array.from({ length: Math.ceil(list.length / AT_ONCE) }, (_, at) =>
    list.slice(at * AT_ONCE, (at + 1) * AT_ONCE),
  );
}
