import type { NamespaceView } from '../trpc/views.ts';
import type { Children, TreeNode } from '../ui/tree/tree-rows.ts';
import { namespaceName, namespaceParent } from './namespace-words.ts';

/** The namespaces of a datastore as a tree. Ids are paths; the root, whose path is empty, has `/`. */

export interface NamespaceNode extends TreeNode {
  path: string;
  /** Groups in it, without those below. */
  groupCount: number;
}

export const ROOT_ID = '/';

export function namespaceId(path: string): string {
  return path === '' ? ROOT_ID : path;
}

export interface NamespaceTree {
  roots: NamespaceNode[];
  children: Map<string, Children<NamespaceNode>>;
}

/**
 * A namespace whose parent may not be seen stands on the top level, under its whole path: nothing that one may
 * see is lost.
 */
export function namespaceTree(namespaces: readonly NamespaceView[]): NamespaceTree {
  const paths = new Set(namespaces.map(({ path }) => path as string));
  const inside = Map.groupBy(namespaces, ({ path }) => visibleParent(path, paths));
  const nodeOf = ({ path, groupCount }: NamespaceView): NamespaceNode => ({
    id: namespaceId(path),
    path,
    title: path || undefined,
    label: visibleParent(path, paths) === null && path !== '' ? path : namespaceName(path),
    groupCount,
    isBranch: inside.has(path),
  });
  const children = new Map<string, Children<NamespaceNode>>();
  for (const [parent, members] of inside) {
    if (parent !== null) children.set(namespaceId(parent), { state: 'ready', nodes: members.map(nodeOf) });
  }
  return { roots: (inside.get(null) ?? []).map(nodeOf), children };
}

function visibleParent(path: string, paths: ReadonlySet<string>): string | null {
  const parent = namespaceParent(path);
  return parent !== null && paths.has(parent) ? parent : null;
}

/** The namespaces whose path has the text in it, whatever its case, and everything above them. */
export function filterNamespaces(namespaces: readonly NamespaceView[], text: string): NamespaceView[] {
  const wanted = text.trim().toLowerCase();
  const found = namespaces.filter(({ path }) => path.toLowerCase().includes(wanted));
  const shown = new Set(found.flatMap(({ path }) => pathsDownTo(path)));
  return namespaces.filter(({ path }) => shown.has(path));
}

/** The namespace and everything above it: what must be open to see it. */
export function pathsDownTo(path: string): string[] {
  const above = namespaceParent(path);
  return above === null ? [path] : [...pathsDownTo(above), path];
}
