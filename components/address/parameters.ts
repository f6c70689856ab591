/** Parameters of the address, changed in place: what is shown can be linked, and Back undoes it. */

type Changes = Readonly<Record<string, string | null>>;

export function pushParameters(changes: Changes): void {
  window.history.pushState(null, '', addressWith(changes));
}

export function replaceParameters(changes: Changes): void {
  window.history.replaceState(null, '', addressWith(changes));
}

function addressWith(changes: Changes): string {
  const params = new URLSearchParams(location.search);
  for (const [name, value] of Object.entries(changes)) {
    if (value === null) params.delete(name);
    else params.set(name, value);
  }
  const query = params.toString();
  return location.pathname + (query ? `?${query}` : '');
}
