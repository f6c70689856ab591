import { and, asc, desc, eq, gt, lt, or, type SQL, sql } from 'drizzle-orm';
import { BackupError } from '#domain/errors.ts';
import type { SnapshotSort } from '#domain/snapshot.ts';
import { datastore } from '#drizzle/schema/datastore.ts';
import { backupGroup, snapshot } from '#drizzle/schema/snapshot.ts';
import type { SnapshotJoin } from './snapshot-view.ts';

/** The order of a list of snapshots. A page begins behind the last row of the one before, whatever came or went since. */

export interface SnapshotOrder {
  sort: SnapshotSort;
  descending: boolean;
}

/** A row, and what it is sorted by as text. */
export type SortedSnapshot = SnapshotJoin & { sortValue: string };

/** Ties in time are told apart by the whole reference, so that no snapshot is skipped between two pages. */
const REFERENCE = sql`(${snapshot.datastoreId}::text || '/' || ${snapshot.namespace} || '/' || ${snapshot.type} || '/' || ${snapshot.backupId})`;

export function sortValue(order: SnapshotOrder): SQL<string> {
  return sql<string>`(${sortedBy(order)})::text`;
}

/** Equal values come newest first. */
export function orderBy({ sort, descending }: SnapshotOrder): SQL[] {
  const direction = descending ? desc : asc;
  if (sort === 'time') return [direction(snapshot.time), direction(REFERENCE)];
  return [direction(sortedBy({ sort, descending })), desc(snapshot.time), desc(REFERENCE)];
}

/** Passed back for the rows behind this one. */
export function cursorAt({ snapshot: row, sortValue: value }: SortedSnapshot): string {
  const reference = `${row.datastoreId}/${row.namespace}/${row.type}/${row.backupId}`;
  return Buffer.from(JSON.stringify([row.time.toISOString(), reference, value])).toString('base64url');
}

export function behind(cursor: string, { sort, descending }: SnapshotOrder): SQL | undefined {
  const { time, reference, value } = parseCursor(cursor);
  const place = sql`(${snapshot.time}, ${REFERENCE})`;
  const last = sql`(${time}::timestamptz, ${reference})`;
  const beyond = descending ? lt : gt;
  if (sort === 'time') return beyond(place, last);
  const column = sortedBy({ sort, descending });
  const known = BYTES.includes(sort) ? sql`${value}::bigint` : sql`${value}::text`;
  return or(beyond(column, known), and(eq(column, known), lt(place, last)));
}

const BYTES: readonly SnapshotSort[] = ['size', 'new'];

/** What is not known comes last in both directions. */
function sortedBy({ sort, descending }: SnapshotOrder): SQL {
  const unknownBytes = descending ? sql`-1` : sql`9223372036854775807`;
  const unknownText = descending ? sql`''` : sql`chr(1114111)`;
  switch (sort) {
    case 'time':
      return sql`${snapshot.time}`;
    case 'group':
      return natural(sql`${snapshot.type} || '/' || ${snapshot.backupId}`);
    case 'datastore':
      return natural(sql`${datastore.name}`);
    case 'namespace':
      return natural(sql`replace(${snapshot.namespace}, '/', chr(1))`);
    case 'owner':
      return sql`coalesce(${backupGroup.owner}, ${unknownText}) collate "C"`;
    case 'size':
      return sql`coalesce(${snapshot.sizeBytes}, ${unknownBytes})`;
    case 'new':
      return sql`coalesce(${snapshot.newBytes}, ${unknownBytes})`;
  }
}

/** Numbers in a name are padded, so that `vm/9` stands before `vm/10`. */
function natural(text: SQL): SQL {
  const padded = sql`regexp_replace(${text}, '(\\d+)', repeat('0', 20) || '\\1', 'g')`;
  return sql`regexp_replace(${padded}, '\\d+(\\d{20})', '\\1', 'g') collate "C"`;
}

function parseCursor(cursor: string): { time: string; reference: string; value: string } {
  try {
    const parts = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')) as unknown[];
    const [time, reference, value] = parts.map(String);
    if (time && reference && value !== undefined && !Number.isNaN(Date.parse(time))) {
      return { time, reference, value };
    }
  } catch {
    // fall through to the message
  }
  throw new BackupError('INPUT_INVALID', 'The cursor is not one of ours.', { field: 'cursor' });
}
