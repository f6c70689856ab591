import { DRILL_PRIVILEGES, type DrillGetInput, type DrillListInput } from '#domain/drill.ts';
import { BackupError } from '#domain/errors.ts';
import type { DatastoreName } from '#domain/ids.ts';
import { datastorePath } from '#domain/permissions.ts';
import { type DrillRow, findDrillReport, readDrillReports } from '#drizzle/drills.ts';
import { privilegeFilter, requirePrivilegeBelow } from '../../auth/require-privilege.ts';
import type { ServiceContext } from '../context.ts';
import { VISIBLE } from '../datastore/list-datastores.ts';
import { findDatastore } from '../find-datastore.ts';

/** What a drill has shown. Sizes in bytes; its task, of the same id, may be gone by now. */
export interface DrillView extends Omit<DrillRow, 'datastoreId' | 'time'> {
  /** Of the snapshot: whole seconds since 1970. */
  time: number;
}

export interface DrillReports {
  reports: DrillView[];
  /** All that the caller may see. */
  total: number;
}

/** Newest first, those of snapshots that the caller may know of. */
export async function listDrills(context: ServiceContext, input: DrillListInput): Promise<DrillReports> {
  await requirePrivilegeBelow(context, datastorePath(input.name), ...VISIBLE);
  const { id } = await findDatastore(context.db, input.name);
  const maySee = await visibleTo(context, input.name);
  const rows = (await readDrillReports(context.db, id)).filter(maySee);
  const { offset, limit } = input;
  return { reports: rows.slice(offset, offset + limit).map(viewOf), total: rows.length };
}

/** DRILL_NOT_FOUND for one that is not there, or is none of the caller's business. */
export async function getDrill(context: ServiceContext, input: DrillGetInput): Promise<DrillView> {
  await requirePrivilegeBelow(context, datastorePath(input.name), ...VISIBLE);
  const { id } = await findDatastore(context.db, input.name);
  const row = await findDrillReport(context.db, id, input.id);
  if (row && (await visibleTo(context, input.name))(row)) return viewOf(row);
  throw new BackupError('DRILL_NOT_FOUND', `${input.name} has no report of a restore drill ${input.id}.`, {
    field: 'id',
    hint: 'The newest 200 are kept; list them with "ironcore-backup drill report DATASTORE".',
  });
}

async function visibleTo(context: ServiceContext, name: DatastoreName) {
  const holds = await privilegeFilter(context);
  return ({ namespace }: DrillRow): boolean => {
    const path = datastorePath(name, namespace);
    return (
      holds(path, 'Datastore.Audit') ||
      holds(path, 'Datastore.Read') ||
      DRILL_PRIVILEGES.some((one) => holds(path, one))
    );
  };
}

function viewOf({ datastoreId: _, time, ...row }: DrillRow): DrillView {
  return { ...row, time: time.getTime() / 1000 };
}
