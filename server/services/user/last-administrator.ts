import { sql } from 'drizzle-orm';
import { BackupError } from '#domain/errors.ts';
import type { Transaction } from '#drizzle/client.ts';
import { hasAdministrator } from '#drizzle/setup.ts';

/** Any number will do, as long as no other use of this database takes the same. */
const ADVISORY_LOCK = 4_711_202_612;

/**
 * Called at the start of a transaction; what it returns is called after the change. When the change took the last
 * administrator away, or gave the last one that stays an end, that throws and the transaction is rolled back. Before the first administrator is made there
 * is none to lose, and the command line of the server can already set up users and grants.
 */
export async function guardAdministrators(tx: Transaction): Promise<() => Promise<void>> {
  // Two who take each other's role away at the same moment would each see that the other is still there.
  await tx.execute(sql`select pg_advisory_xact_lock(${ADVISORY_LOCK})`);
  const before = { now: await hasAdministrator(tx), forGood: await hasAdministrator(tx, 'for good') };
  return async () => {
    const lost =
      (before.now && !(await hasAdministrator(tx))) ||
      (before.forGood && !(await hasAdministrator(tx, 'for good')));
    if (!lost) return;
    throw new BackupError('LAST_ADMINISTRATOR', 'Nobody could administer this server any more.', {
      hint: 'Make another user Administrator on / first.',
    });
  };
}
