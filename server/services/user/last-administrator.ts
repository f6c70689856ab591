import { BackupError } from '#domain/errors.ts';
import type { Transaction } from '#drizzle/client.ts';
import { hasAdministrator } from '#drizzle/setup.ts';

/**
 * Called at the start of a transaction; what it returns is called after the change. When the change took the last
 * administrator away, or gave the last one that stays an end, that throws and the transaction is rolled back. Before the first administrator is made there
 * is none to lose, and the command line of the server can already set up users and grants.
 */
export async function guardAdministrators(tx: Transaction): Promise<() => Promise<void>> {
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
