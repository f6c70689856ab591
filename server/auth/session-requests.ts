import { SignInInput } from '#domain/account.ts';
import { BackupError } from '#domain/errors.ts';
import { signIn } from '../services/session/sign-in.ts';
import { signOut } from '../services/session/sign-out.ts';
import { errorResponse } from '../trpc/error-response.ts';
import { contextOf } from '../trpc/server-context.ts';
import { isSameOrigin } from './same-origin.ts';

/** Signing in and out: these set cookies, so they are routes of their own and no procedures. */

export async function serveSignIn(request: Request): Promise<Response> {
  try {
    requireSameOrigin(request);
    const context = await contextOf(request);
    const input = SignInInput.safeParse(await request.json().catch(() => null));
    if (!input.success) throw new BackupError('AUTH_FAILED', 'User name or password is wrong.');
    const headers = await signIn(context, input.data, request.headers);
    return withCookies(headers);
  } catch (error) {
    return errorResponse(error);
  }
}

export async function serveSignOut(request: Request): Promise<Response> {
  try {
    requireSameOrigin(request);
    return withCookies(await signOut(await contextOf(request), request.headers));
  } catch (error) {
    return errorResponse(error);
  }
}

function requireSameOrigin(request: Request): void {
  if (isSameOrigin(request.headers)) return;
  throw new BackupError('PRIVILEGE_MISSING', 'The request comes from another site.');
}

function withCookies(from: Headers): Response {
  const response = Response.json({ ok: true });
  for (const cookie of from.getSetCookie()) response.headers.append('set-cookie', cookie);
  return response;
}
