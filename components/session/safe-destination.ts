/**
 * Where to go after signing in: an address of this console, or the dashboard. Browsers read `//host` and `/\host`
 * as another site, so those count as foreign.
 */
export function safeDestination(to: string | readonly string[] | undefined): string {
  if (typeof to !== 'string' || !/^\/(?![/\\])/.test(to)) return '/';
  // biome-ignore lint/suspicious/noControlCharactersInRegex: browsers drop them before they read the address
  if (/[\u0000-\u001f]/.test(to)) return '/';
  return /^\/(sign-in|setup)(\?|#|\/|$)/.test(to) ? '/' : to;
}
