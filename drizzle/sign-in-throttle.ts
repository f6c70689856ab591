import { randomUUID } from 'node:crypto';
import { and, eq, gt, inArray, lt, sql } from 'drizzle-orm';
import { BackupError } from '#domain/errors.ts';
import type { Database, Transaction } from './client.ts';
import { signInFailure } from './schema/auth.ts';
import { Turns } from './turns.ts';

/**
 * Slows down guessing. Failures are counted for the name and for the address; past the limit every attempt is
 * refused until the window has moved on, whether or not the password is right.
 */

const WINDOW_SECONDS = 900;
const LIMITS = { name: 10, address: 50 };

/** What is looked at at once; as few as passwords are checked at once, so that those who are right hold nobody up. */
const attempts = new Turns(2, 100);

/**
 * Runs `prove`, which tells whether the password is right. The attempt counts as a failure from before that, or
 * whoever guesses many times at once would be counted too late; one that is right, or breaks off, is taken back.
 */
export function attemptSignIn(
  db: Database,
  name: string,
  address: string,
  prove: () => Promise<boolean>,
): Promise<boolean> {
  return attempts.run(async () => {
    const counted = await countAttempt(db, name, address);
    let failed = false;
    try {
      failed = !(await prove());
    } finally {
      if (!failed) await db.delete(signInFailure).where(inArray(signInFailure.id, counted));
    }
    if (!failed) await db.delete(signInFailure).where(eq(signInFailure.key, `name:${name}`));
    return !failed;
  });
}

/** The rows that count it; AUTH_THROTTLED when there have been too many. Of all processes, one at a time for a key. */
async function countAttempt(db: Database, name: string, address: string): Promise<string[]> {
  return db.transaction(async (tx) => {
    const rows = [];
    for (const [kind, value] of Object.entries({ address, name }) as ['name' | 'address', string][]) {
      const key = `${kind}:${value}`;
      await tx.execute(sql`select pg_advisory_xact_lock(hashtextextended(${key}, 0))`);
      await requireBelow(tx, key, LIMITS[kind]);
      rows.push({ id: randomUUID(), key });
    }
    await tx.delete(signInFailure).where(lt(signInFailure.at, windowStart()));
    await tx.insert(signInFailure).values(rows);
    return rows.map((row) => row.id);
  });
}

async function requireBelow(tx: Transaction, key: string, limit: number): Promise<void> {
  const { count, oldestSeconds } = await failures(tx, key);
  if (count < limit) return;
  const waitMinutes = Math.max(1, Math.ceil((WINDOW_SECONDS - oldestSeconds) / 60));
  throw new BackupError('AUTH_THROTTLED', `Too many failed attempts. Try again in ${waitMinutes} min.`);
}

async function failures(tx: Transaction, key: string): Promise<{ count: number; oldestSeconds: number }> {
  const [row] = await tx
    .select({
      count: sql<number>`count(*)::int`,
      oldestSeconds: sql<number>`coalesce(extract(epoch from now() - min(${signInFailure.at})), 0)::float8`,
    })
    .from(signInFailure)
    .where(and(eq(signInFailure.key, key), gt(signInFailure.at, windowStart())));
  return row ?? { count: 0, oldestSeconds: 0 };
}

function windowStart() {
  return sql`now() - make_interval(secs => ${WINDOW_SECONDS})`;
}
