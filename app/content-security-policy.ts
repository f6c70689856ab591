import { type NextRequest, NextResponse } from 'next/server';

/**
 * Which scripts a page may run. Every page is rendered per request with a fresh nonce, so an injected script
 * has no way to name it. Styles may be inline: the dialogs and the toasts set theirs at run time.
 */

const NONCE_HEADER = 'x-nonce';
/** Layouts are not told their address; the proxy tells them. */
const ADDRESS_HEADER = 'x-address';

/** For what no page renders: files, API answers, and pages when nothing set a nonce. */
export const STATIC_POLICY = policyWith("'self' 'unsafe-inline'");

/** Gives the request a nonce; Next puts it on its own scripts when it finds it in the request's policy. */
export function withNonce(request: NextRequest): NextResponse {
  const nonce = btoa(crypto.randomUUID());
  const policy = policyWith(`'self' 'nonce-${nonce}' 'strict-dynamic'`);
  const headers = new Headers(request.headers);
  headers.set(NONCE_HEADER, nonce);
  headers.set(ADDRESS_HEADER, request.nextUrl.pathname + request.nextUrl.search);
  headers.set('Content-Security-Policy', policy);
  const response = NextResponse.next({ request: { headers } });
  response.headers.set('Content-Security-Policy', policy);
  return response;
}

export function nonceOf(headers: Headers): string | undefined {
  return headers.get(NONCE_HEADER) ?? undefined;
}

/** Path and query of the page that is asked for; `/` for what came past the proxy. */
export function addressOf(headers: Headers): string {
  return headers.get(ADDRESS_HEADER) ?? '/';
}

function policyWith(scripts: string): string {
  // React's development build evaluates code to show server stacks; the production build never does.
  const debugging = process.env.NODE_ENV === 'development' ? " 'unsafe-eval'" : '';
  return [
    "default-src 'self'",
    `script-src ${scripts}${debugging}`,
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "font-src 'self'",
    "connect-src 'self'",
    "object-src 'none'",
    "base-uri 'self'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ');
}
