/**
 * Guards what changes something against requests that another site makes a browser send (CSRF). A browser says
 * where a request comes from; programs with an API token do not, and need no guard since they send no cookie.
 */
export function isSameOrigin(headers: Headers): boolean {
  if (headers.get('authorization')) return true;
  const site = headers.get('sec-fetch-site');
  if (site) return site === 'same-origin' || site === 'none';
  const origin = headers.get('origin');
  if (!origin) return headers.get('cookie') === null;
  const host = headers.get('x-forwarded-host') ?? headers.get('host');
  return hostOf(origin) === host;
}

function hostOf(origin: string): string | null {
  try {
    return new URL(origin).host;
  } catch {
    return null;
  }
}
