import { type PrincipalId, parseUserId } from '#domain/principal.ts';
import type { Runtime } from '../runtime.ts';

/** Who sends a request, once that is proven. */
export interface Caller {
  principal: PrincipalId;
  via: 'session' | 'token';
  /** Of a console session. */
  sessionId: string | null;
}

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
    return token ? { principal: token, via: 'token', sessionId: null } : null;
  }
  if (!headers.get('cookie')) return null;
  const found = await runtime.auth.api.getSession({ headers });
  if (!found) return null;
  const user = found.user as { username?: string | null; enabled?: boolean };
  const principal = parseUserId(user.username ?? '');
  if (!principal.ok) return null;
  return { principal: principal.value, via: 'session', sessionId: found.session.id };
}
