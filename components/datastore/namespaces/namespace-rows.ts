import { namespaceParent } from '../../namespace/namespace-words.ts';
import type { NamespaceView } from '../../trpc/views.ts';

/** A namespace as a line of the tree. */
export type NamespaceRow = NamespaceView & {
  /** How many of those above it are in the list. */
  level: number;
  /** Its last name below a parent that is shown, else its whole path. */
  label: string;
};

/** In the order in which they come, parents before children. The root stands above all, and is no level. */
export function namespaceRows(namespaces: readonly NamespaceView[]): NamespaceRow[] {
  const levels = new Map<string, number>();
  return namespaces.map((view) => {
    const parent = namespaceParent(view.path);
    const above = parent === null || parent === '' ? undefined : levels.get(parent);
    const level = above === undefined ? 0 : above + 1;
    levels.set(view.path, level);
    const label = level === 0 ? view.path || 'Root' : (view.path.split('/').at(-1) ?? view.path);
    return { ...view, level, label };
  });
}
