import { type PrincipalId, parseUserId } from '#domain/principal.ts';
import { wrongToken } from '#drizzle/refusals.ts';
import type { Runtime } from '../runtime.ts';
import { SESSION_DAYS_MAX } from './better-auth.ts';

/** Who sends a request, once that is proven. */
export interface Caller {
  principal: PrincipalId;
  via: 'session' | 'token';
  /** Of a console session, here and below. */
  sessionId: string | null;
  /** When the password was last typed. */
  provenAt: Date | null;
}

const DAY_MS = 86_400_000;

/**
 * The caller of a request: an API token (`Authorization: Bearer user@realm!name:secret`) or the cookie of a
 * session. Null without either, or when it is not valid any more. A wrong token is never tried as a session.
 */
export async function resolveCaller(
  runtime: Runtime,
  headers: Headers,
  source: string,
): Promise<Caller | null> {
  const authorization = headers.get('authorization');
  if (authorization) {
    const credential = /^Bearer\s+(.+)$/i.exec(authorization)?.[1];
    const token = credential ? await runtime.tokens.check(credential, source) : null;
    if (token) return { principal: token, via: 'token', sessionId: null, provenAt: null };
    await runtime.refusals.note(wrongToken(credential ?? '', source));
    return null;
  }
  if (!headers.get('cookie')) return null;
  const found = await runtime.auth.api.getSession({ headers });
  if (!found || runtime.clock.now() - found.session.createdAt.getTime() > SESSION_DAYS_MAX * DAY_MS)
    return null;
  const user = found.user as { username?: string | null; enabled?: boolean };
  const principal = parseUserId(user.username ?? '');
  if (!principal.ok) return null;
  const { id, provenAt } = found.session;
  return { principal: principal.value, via: 'session', sessionId: id, provenAt };
}
