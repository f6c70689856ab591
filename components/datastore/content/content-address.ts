/** Which namespace is shown and which groups are open, as part of the address. */

export interface ContentPlace {
  namespace: string;
  /** `vm/100`, in the order in which they were opened. */
  openGroups: readonly string[];
}

export function readPlace(params: URLSearchParams): ContentPlace {
  return { namespace: params.get('ns') ?? '', openGroups: params.getAll('open') };
}

/** The root, unless one may only see what is below it. */
export function shownNamespace(wanted: string, namespaces: readonly { path: string }[] | undefined): string {
  if (wanted !== '' || !namespaces || namespaces.some(({ path }) => path === '')) return wanted;
  return namespaces[0]?.path ?? '';
}

/** Another namespace starts afresh: no open groups, no filter, first page. */
export function placeQuery(namespace: string): string {
  return namespace === '' ? '' : `?ns=${encodeURIComponent(namespace)}`;
}

/** The same address with a group opened, or closed when it was open. */
export function toggleGroup(params: URLSearchParams, group: string): URLSearchParams {
  const next = new URLSearchParams(params);
  const open = next.getAll('open');
  next.delete('open');
  for (const each of open.includes(group) ? open.filter((known) => known !== group) : [...open, group]) {
    next.append('open', each);
  }
  return next;
}
