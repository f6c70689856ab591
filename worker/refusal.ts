import { BackupError } from '#domain/errors.ts';
import type { DatastoreRow } from './open-datastore.ts';

/** Why nothing can be done with a datastore at the moment, in words. */
export function refusalOf({ status, statusReason, maintenance, name }: DatastoreRow): BackupError {
  if (maintenance && (status === 'maintenance' || status === 'read-only')) {
    return new BackupError(
      'DATASTORE_MAINTENANCE',
      `${maintenance.mode} maintenance mode: ${maintenance.message}`,
    );
  }
  if (status === 'deleting')
    return new BackupError('DATASTORE_MAINTENANCE', `datastore is being deleted: ${name}`);
  return new BackupError(
    'DATASTORE_OFFLINE',
    `datastore '${name}' is ${status}: ${statusReason || 'not ready yet'}`,
    { hint: `Look at it: ironcore-backup datastore probe ${name}` },
  );
}
