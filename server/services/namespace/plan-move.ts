import { and, eq } from 'drizzle-orm';
import type { NamespacePath } from '#domain/ids.ts';
import { checkNamespacePlaces, type NamespaceMoveInput } from '#domain/move.ts';
import { isWithin } from '#domain/namespace.ts';
import { compareNamespaces } from '#domain/natural-order.ts';
import { type AclPath, datastorePath, isBelow } from '#domain/permissions.ts';
import type { Problem } from '#domain/result.ts';
import { backupGroup, namespace, snapshot } from '#drizzle/schema/snapshot.ts';
import { trashedSnapshot } from '#drizzle/schema/trash.ts';
import { isWithinPath } from '#drizzle/within.ts';
import { privilegeFilter, requirePrivilege, requirePrivilegeBelow } from '../../auth/require-privilege.ts';
import type { ServiceContext } from '../context.ts';
import { VISIBLE } from '../datastore/list-datastores.ts';
import type { DatastoreRow } from '../find-datastore.ts';
import { hasNamespace, namespaceMissing } from '../find-namespace.ts';
import { runningBackups } from '../snapshot/running-backups.ts';
import { type AccessChange, accessChanges } from './access-changes.ts';
import {
  grantsBelow,
  jobsFor,
  type NamespaceGrant,
  type NamespaceJob,
  seesGrants,
} from './namespace-hangs.ts';
import { requireRemovable } from './require-removable.ts';

export interface NamespaceMovePlan {
  /** Why it is refused; null where nothing speaks against it. */
  refusal: Problem | null;
  /** Itself first, parents before children; they keep their places in it. */
  namespaces: NamespacePath[];
  groupCount: number;
  snapshotCount: number;
  /** What lies in the trash from it, and goes along. */
  trashedCount: number;
  /** Entries on it and below, which go along, as they are now; null for whoever may not see them. */
  grants: NamespaceGrant[] | null;
  /** Who may do something with it only here or only there, since another place is above it; null as well. */
  access: AccessChange[] | null;
  /** Jobs that begin in it, and go along. */
  jobs: NamespaceJob[];
  /** Backups into it that run now; while they do it stays. */
  running: string[];
}

/** What a move of a namespace would meet and change. Nothing is changed. */
export async function planNamespaceMove(
  context: ServiceContext,
  input: NamespaceMoveInput,
): Promise<NamespaceMovePlan> {
  await requirePrivilegeBelow(context, datastorePath(input.datastore), ...VISIBLE);
  const row = await requireMovable(context, input);
  const { db } = context;
  const from = input.namespace;
  const rows = await db
    .select({ path: namespace.path })
    .from(namespace)
    .where(and(eq(namespace.datastoreId, row.id), isWithinPath(namespace.path, from)));
  const namespaces = rows.map(({ path }) => path).sort(compareNamespaces);
  const counted = (table: typeof snapshot | typeof backupGroup | typeof trashedSnapshot) =>
    db.$count(table, and(eq(table.datastoreId, row.id), isWithinPath(table.namespace, from)));
  const mayKnow = seesGrants(await privilegeFilter(context));
  return {
    refusal: await refusalOf(context, row, input, namespaces),
    ...{ namespaces, groupCount: await counted(backupGroup), snapshotCount: await counted(snapshot) },
    trashedCount: await counted(trashedSnapshot),
    grants: mayKnow ? await grantsBelow(db, row.name, from) : null,
    access: mayKnow ? await accessAfter(context, row, input) : null,
    jobs: await jobsFor(db, row, (scope) => scope.namespace !== '' && isWithin(scope.namespace, from)),
    running: (await runningBackups(db)).filter((subject) => subject.startsWith(`${row.name}:${from}/`)),
  };
}

/**
 * The datastore of a namespace that the caller may move there: what it wants for its removal, and the right to make one at
 * the other place.
 */
export async function requireMovable(
  context: ServiceContext,
  { datastore, namespace: from, destination }: NamespaceMoveInput,
): Promise<DatastoreRow> {
  await requirePrivilegeBelow(context, datastorePath(datastore), ...VISIBLE);
  const row = await requireRemovable(context, { datastore, namespace: from });
  const parent = parentOf(destination);
  await requirePrivilege(context, datastorePath(datastore, parent), 'Datastore.Modify');
  if (await hasNamespace(context.db, row.id, parent)) return row;
  throw namespaceMissing(row.name, parent, 'destination');
}

async function refusalOf(
  { db }: ServiceContext,
  row: DatastoreRow,
  { namespace: from, destination: to }: NamespaceMoveInput,
  namespaces: readonly NamespacePath[],
): Promise<Problem | null> {
  const problem = checkNamespacePlaces(from, to, namespaces);
  if (problem || !(await hasNamespace(db, row.id, to))) return problem;
  const hint = 'Choose another name, or move its groups there one by one.';
  return { code: 'NAMESPACE_EXISTS', message: `The namespace ${to} exists.`, field: 'destination', hint };
}

function accessAfter({ db }: ServiceContext, { name }: DatastoreRow, input: NamespaceMoveInput) {
  const [from, to] = [datastorePath(name, input.namespace), datastorePath(name, input.destination)];
  const follow = (path: AclPath) =>
    path === from || isBelow(path, from) ? (`${to}${path.slice(from.length)}` as AclPath) : path;
  return accessChanges(db, from, to, follow);
}

function parentOf(path: NamespacePath): NamespacePath {
  return path.split('/').slice(0, -1).join('/') as NamespacePath;
}
