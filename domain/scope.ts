import { z } from 'zod';
import {
  NAMESPACE_DEPTH_MAX,
  type NamespacePath,
  namespaceComponents,
  parseBackupId,
  parseBackupType,
} from './ids.ts';
import { schemaOf } from './schema.ts';
import { NamespaceInput } from './snapshot.ts';
import { countOf } from './units.ts';

/** The part of a datastore that is pruned or verified: the groups of a namespace and of those below it, or one group. */
export const GroupScope = z.object({
  namespace: NamespaceInput,
  /** Levels below the namespace; null for all of them, 0 for none. */
  depth: z.number().int().min(0).max(NAMESPACE_DEPTH_MAX).nullable().default(null),
  /** Only this group, directly in the namespace. */
  group: z
    .object({ type: schemaOf((text) => parseBackupType(text)), id: schemaOf((text) => parseBackupId(text)) })
    .nullable()
    .default(null),
});
export type GroupScope = z.infer<typeof GroupScope>;

export function isInScope(namespace: NamespacePath, { namespace: start, depth, group }: GroupScope): boolean {
  if (namespace === start) return true;
  if (group !== null || (start !== '' && !namespace.startsWith(`${start}/`))) return false;
  const below = namespaceComponents(namespace).length - namespaceComponents(start).length;
  return depth === null || below <= depth;
}

/** What a task on it is about, such as `ibs-primary:production/vm/101`; `more` is what it names below the group. */
export function scopeSubject(datastore: string, { namespace, group }: GroupScope, more?: string): string {
  const place = [namespace, group && `${group.type}/${group.id}`, more].filter(Boolean).join('/');
  return place === '' ? datastore : `${datastore}:${place}`;
}

/** `production and below`, `production and 2 levels below`, `production alone`; everything for the whole datastore. */
export function scopeWords({
  namespace = '' as NamespacePath,
  depth = null,
}: {
  namespace?: NamespacePath | undefined;
  depth?: number | null | undefined;
}): string {
  if (depth === null) return namespace === '' ? 'everything' : `${namespace} and below`;
  const start = namespace === '' ? 'root namespace' : namespace;
  return depth === 0 ? `${start} alone` : `${start} and ${countOf(depth, 'level')} below`;
}
