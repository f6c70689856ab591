import { eq, or, type SQL, sql } from 'drizzle-orm';
import type { AnyPgColumn } from 'drizzle-orm/pg-core';

/** Rows of a path and of everything below it; paths are parts joined by `/`. */
export function isWithinPath(column: AnyPgColumn, top: string): SQL | undefined {
  return or(eq(column, top), sql`starts_with(${column}, ${`${top}/`})`);
}
