'use client';

import { TreeList, type TreeListProps } from './TreeList.tsx';
import type { TreeNode } from './tree-rows.ts';
import { type LoadChildren, useTree } from './use-tree.ts';

interface TreeViewProps<Node extends TreeNode>
  extends Omit<TreeListProps<Node>, 'rows' | 'onOpened' | 'onRetry'> {
  /** Stable, like `loadChildren`: another list is another tree. */
  roots: readonly Node[];
  /** Called once when a branch is first opened, and again after a failure. */
  loadChildren: LoadChildren<Node>;
  /** Ids from a root inwards: opened at the start, as far as they are there. */
  reveal?: readonly string[];
}

/** A tree whose branches are read when they are first opened. */
export function TreeView<Node extends TreeNode>({
  roots,
  loadChildren,
  reveal,
  ...list
}: TreeViewProps<Node>) {
  const { rows, setOpened, load } = useTree(roots, loadChildren, reveal);
  return <TreeList {...list} rows={rows} onOpened={setOpened} onRetry={load} />;
}
