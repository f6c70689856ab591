/** What a namespace is called where it stands alone; the root has no name of its own. */
export function namespaceLabel(path: string): string {
  return path === '' ? 'Root' : path;
}

/** The last part: its name among its siblings. */
export function namespaceName(path: string): string {
  return path === '' ? 'Root' : (path.split('/').at(-1) ?? path);
}

export function namespaceParent(path: string): string | null {
  if (path === '') return null;
  const slash = path.lastIndexOf('/');
  return slash < 0 ? '' : path.slice(0, slash);
}
