/** The tree as the flat list of its visible rows: what is drawn, what the arrow keys walk over. */

export interface TreeNode {
  /** Unique in the tree; a path serves well. */
  id: string;
  label: string;
  /** All of its name, for where the label is cut; the label itself when left out. */
  title?: string;
  /** Whether it can be opened; what is inside is asked for then. */
  isBranch: boolean;
}

/** What is known about the inside of a branch that was opened once. */
export type Children<Node extends TreeNode> =
  | { state: 'loading' }
  | { state: 'failed'; message: string }
  | { state: 'ready'; nodes: readonly Node[] };

export type TreeRow<Node extends TreeNode> =
  | {
      kind: 'node';
      node: Node;
      level: number;
      position: number;
      siblings: number;
      parentId: string | null;
      isOpen: boolean;
    }
  | { kind: 'loading' | 'empty'; level: number; parentId: string }
  | { kind: 'failed'; level: number; parentId: string; message: string };

export type NodeRow<Node extends TreeNode> = Extract<TreeRow<Node>, { kind: 'node' }>;

export function visibleRows<Node extends TreeNode>(
  roots: readonly Node[],
  children: ReadonlyMap<string, Children<Node>>,
  open: ReadonlySet<string>,
): TreeRow<Node>[] {
  return rowsOf(roots, 1, null);

  function rowsOf(nodes: readonly Node[], level: number, parentId: string | null): TreeRow<Node>[] {
    return nodes.flatMap((node, index) => {
      const isOpen = node.isBranch && open.has(node.id);
      const place = { level, position: index + 1, siblings: nodes.length, parentId };
      const row: TreeRow<Node> = { kind: 'node', node, isOpen, ...place };
      return isOpen ? [row, ...insideOf(node, level + 1)] : [row];
    });
  }

  function insideOf(node: Node, level: number): TreeRow<Node>[] {
    const inside = children.get(node.id) ?? { state: 'loading' };
    if (inside.state === 'loading') return [{ kind: 'loading', level, parentId: node.id }];
    if (inside.state === 'failed')
      return [{ kind: 'failed', level, parentId: node.id, message: inside.message }];
    if (inside.nodes.length === 0) return [{ kind: 'empty', level, parentId: node.id }];
    return rowsOf(inside.nodes, level, node.id);
  }
}

export type TreeMove = { to: string } | { open: string } | { close: string } | null;

/** What a key does on the row that has the focus, as the tree pattern of ARIA asks. */
export function moveByKey<Node extends TreeNode>(
  rows: readonly TreeRow<Node>[],
  focusedId: string,
  key: string,
): TreeMove {
  const nodes = rows.filter((row): row is NodeRow<Node> => row.kind === 'node');
  const index = nodes.findIndex((row) => row.node.id === focusedId);
  const row = nodes[index];
  if (!row) return null;
  const to = (target: NodeRow<Node> | undefined): TreeMove => (target ? { to: target.node.id } : null);
  switch (key) {
    case 'ArrowDown':
      return to(nodes[index + 1]);
    case 'ArrowUp':
      return to(nodes[index - 1]);
    case 'Home':
      return to(nodes[0]);
    case 'End':
      return to(nodes.at(-1));
    case 'ArrowRight':
      return row.isOpen ? to(firstChild(nodes, index)) : row.node.isBranch ? { open: focusedId } : null;
    case 'ArrowLeft':
      if (row.isOpen) return { close: focusedId };
      return row.parentId === null ? null : { to: row.parentId };
    default:
      return key.length === 1 && key !== ' ' ? to(nextStartingWith(nodes, index, key)) : null;
  }
}

function firstChild<Node extends TreeNode>(nodes: readonly NodeRow<Node>[], index: number) {
  const next = nodes[index + 1];
  return next && next.parentId === nodes[index]?.node.id ? next : undefined;
}

function nextStartingWith<Node extends TreeNode>(
  nodes: readonly NodeRow<Node>[],
  index: number,
  letter: string,
) {
  const around = [...nodes.slice(index + 1), ...nodes.slice(0, index)];
  return around.find((row) => row.node.label.toLowerCase().startsWith(letter.toLowerCase()));
}

/** Where the row of a node stands; negative when it is not there. */
export function indexOfNode<Node extends TreeNode>(rows: readonly TreeRow<Node>[], id: string): number {
  return rows.findIndex((row) => row.kind === 'node' && row.node.id === id);
}
