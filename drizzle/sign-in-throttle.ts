import { randomUUID } from 'node:crypto';
import { and, eq, gt, lt, sql } from 'drizzle-orm';
import { BackupError } from '#domain/errors.ts';
import type { Database } from './client.ts';
import { signInFailure } from './schema/auth.ts';

/**
 * Slows down guessing. Failures are counted for the name and for the address; past the limit every attempt is
 * refused until the window has moved on, whether or not the password is right.
 */

const WINDOW_SECONDS = 900;
const LIMITS = { name: 10, address: 50 };

export async function checkSignInThrottle(db: Database, name: string, address: string): Promise<void> {
  for (const [kind, value] of Object.entries({ name, address }) as ['name' | 'address', string][]) {
    const { count, oldestSeconds } = await failures(db, `${kind}:${value}`);
    if (count < LIMITS[kind]) continue;
    const waitMinutes = Math.max(1, Math.ceil((WINDOW_SECONDS - oldestSeconds) / 60));
    throw new BackupError('AUTH_THROTTLED', `Too many failed attempts. Try again in ${waitMinutes} min.`);
  }
}

async function failures(db: Database, key: string): Promise<{ count: number; oldestSeconds: number }> {
  const [row] = await db
    .select({
      count: sql<number>`count(*)::int`,
      oldestSeconds: sql<number>`coalesce(extract(epoch from now() - min(${signInFailure.at})), 0)::float8`,
    })
    .from(signInFailure)
    .where(and(eq(signInFailure.key, key), gt(signInFailure.at, windowStart())));
  return row ?? { count: 0, oldestSeconds: 0 };
}

export async function noteSignInFailure(db: Database, name: string, address: string): Promise<void> {
  await db.insert(signInFailure).values([
    { id: randomUUID(), key: `name:${name}` },
    { id: randomUUID(), key: `address:${address}` },
  ]);
  await db.delete(signInFailure).where(lt(signInFailure.at, windowStart()));
}

export async function forgetSignInFailures(db: Database, name: string): Promise<void> {
  await db.delete(signInFailure).where(eq(signInFailure.key, `name:${name}`));
}

function windowStart() {
  return sql`now() - make_interval(secs => ${WINDOW_SECONDS})`;
}
