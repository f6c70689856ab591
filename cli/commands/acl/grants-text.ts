/** `Administrator on /, Datastore.Reader on /datastore/ibs-primary`. */
export function grantsText(grants: readonly { path: string; role: string }[]): string {
  return grants.map(({ path, role }) => `${role} on ${path}`).join(', ') || '—';
}
