import { eq } from 'drizzle-orm';
import { BackupError } from '#domain/errors.ts';
import type { DatastoreName } from '#domain/ids.ts';
import type { Executor } from '#drizzle/client.ts';
import { datastore } from '#drizzle/schema/datastore.ts';

export type DatastoreRow = typeof datastore.$inferSelect;

export async function findDatastore(db: Executor, name: DatastoreName): Promise<DatastoreRow> {
  const [row] = await db.select().from(datastore).where(eq(datastore.name, name));
  if (row) return row;
  throw datastoreMissing(name);
}

export function datastoreMissing(name: DatastoreName): BackupError {
  return new BackupError('DATASTORE_NOT_FOUND', `There is no datastore ${name}.`, {
    field: 'datastore',
    hint: 'List them: ironcore-backup datastore list',
  });
}

/** The same, locked until the transaction ends: for changes that depend on what the row says. */
export async function lockDatastore(db: Executor, name: DatastoreName): Promise<DatastoreRow> {
  const [row] = await db.select().from(datastore).where(eq(datastore.name, name)).for('update');
  return row ?? findDatastore(db, name);
}
