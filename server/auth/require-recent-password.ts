import { BackupError } from '#domain/errors.ts';
import type { ServiceContext } from '../services/context.ts';
import { requireSession } from './require-privilege.ts';

const RECENT_MINUTES = 10;

/**
 * For what cannot be taken back, and for what hands out rights: an open session is not enough when nobody has proven for
 * a while who sits before it. A token proves itself with each call.
 */
export async function requireRecentPassword(context: ServiceContext): Promise<void> {
  const caller = await requireSession(context);
  if (caller.via === 'token') return;
  const ageMs = context.clock.now() - (caller.provenAt?.getTime() ?? 0);
  if (ageMs <= RECENT_MINUTES * 60_000) return;
  throw new BackupError('PASSWORD_NEEDED', 'Enter your password to go on.', {
    hint: `This session has not asked for it for more than ${RECENT_MINUTES} minutes.`,
  });
}
