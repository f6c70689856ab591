import { type RefObject, useState } from 'react';
import { flushSync } from 'react-dom';
import { indexOfNode, type TreeNode, type TreeRow } from './tree-rows.ts';

interface TreeFocusOptions<Node extends TreeNode> {
  box: RefObject<HTMLElement | null>;
  rows: readonly TreeRow<Node>[];
  selectedId: string | null;
  /** Height of a row where only those in view are drawn; null where all are. */
  rowPx: number | null;
}

/** Which one node of a tree the Tab key reaches, and the way from there to another. */
export function useTreeFocus<Node extends TreeNode>(options: TreeFocusOptions<Node>) {
  const { box, rows, selectedId, rowPx } = options;
  const [focusedId, setFocusedId] = useState<string | null>(null);
  const firstNode = rows.find((row) => row.kind === 'node');
  const entryId =
    [focusedId, selectedId].find((id) => id !== null && indexOfNode(rows, id) >= 0) ??
    (firstNode?.kind === 'node' ? firstNode.node.id : null);
  const focus = (id: string) => {
    if (rowPx !== null) bringIntoView(box.current, indexOfNode(rows, id) * rowPx, rowPx);
    flushSync(() => setFocusedId(id));
    box.current?.querySelector<HTMLElement>(`[data-node="${CSS.escape(id)}"]`)?.focus();
  };
  return { entryId, noteFocus: setFocusedId, focus };
}

/** A row that is not drawn cannot take the focus. */
function bringIntoView(box: HTMLElement | null, top: number, height: number) {
  if (!box || top < 0) return;
  if (top < box.scrollTop) box.scrollTop = top;
  else if (top + height > box.scrollTop + box.clientHeight) box.scrollTop = top + height - box.clientHeight;
}
