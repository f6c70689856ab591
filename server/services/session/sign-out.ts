import { recordAudit } from '#drizzle/audit.ts';
import { announce } from '#drizzle/changes.ts';
import { actor, type ServiceContext } from '../context.ts';

/** Ends the session of this request; the headers that are returned take its cookie away. */
export async function signOut(context: ServiceContext, headers: Headers): Promise<Headers> {
  // public: signing out twice is no harm
  const { headers: answer } = await context.runtime.auth.api.signOut({ headers, returnHeaders: true });
  // What is open in other tabs of the session ends now.
  if (context.caller?.via === 'session') {
    const subject = context.caller.principal;
    await recordAudit(context.db, { ...actor(context), action: 'session.signOut', subject });
    await announce(context.db, 'access', subject);
  }
  return answer;
}
