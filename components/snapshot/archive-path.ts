/**
 * Paths inside an archive. The server writes them as raw bytes in base64, since names need not be UTF-8; a tree
 * knows the way down to a path only by its parents.
 */

/** `etc/ssl/certs` → `etc`, `etc/ssl`, `etc/ssl/certs`, each in base64. */
export function pathsDownTo(path: string): string[] {
  const bytes = atob(path);
  const parts = bytes.split('/').filter((part) => part !== '');
  return parts.map((_, index) => btoa(parts.slice(0, index + 1).join('/')));
}

/** For people: bytes that are no UTF-8 show as �. */
export function readablePath(path: string): string {
  const bytes = Uint8Array.from(atob(path), (character) => character.charCodeAt(0));
  return new TextDecoder().decode(bytes);
}
