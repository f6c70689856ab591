'use client';

import { type KeyboardEvent, type ReactNode, useRef } from 'react';
import { cn } from '../class-names.ts';
import { useViewport } from '../window/use-viewport.ts';
import { visibleRange } from '../window/visible-range.ts';
import { TreeItem } from './TreeItem.tsx';
import { TreeNote } from './TreeNote.tsx';
import { indexOfNode, moveByKey, type TreeNode, type TreeRow } from './tree-rows.ts';
import { useTreeFocus } from './use-tree-focus.ts';

/** Height of a row; `TreeItem` is as high. */
const ROW_PX = 32;
const INDENT_PX = 20;
/** Shorter trees are drawn whole. */
const WINDOWED_FROM = 200;

export interface TreeListProps<Node extends TreeNode> {
  /** Names the tree: "Files of root.pxar". */
  label: string;
  rows: readonly TreeRow<Node>[];
  selectedId?: string | null;
  onSelect?: (node: Node) => void;
  onOpened: (node: Node, opened: boolean) => void;
  onRetry?: (node: Node) => void;
  renderIcon?: (node: Node, isOpen: boolean) => ReactNode;
  /** Right-aligned: size, time. Not a control: actions belong to the selected node's panel. */
  renderEnd?: (node: Node) => ReactNode;
  /** How far a level is moved in; 20 when left out. */
  indentPx?: number;
  /** Limits the height: the tree then scrolls by itself. */
  className?: string;
}

/** Arrow keys walk, Right and Left open and close, Enter selects, a letter jumps. */
export function TreeList<Node extends TreeNode>(props: TreeListProps<Node>) {
  const { label, rows, selectedId = null, onSelect, onOpened, onRetry } = props;
  const box = useRef<HTMLDivElement>(null);
  const viewport = useViewport(box);
  const windowed = rows.length > WINDOWED_FROM;
  const { entryId, noteFocus, focus } = useTreeFocus({
    box,
    rows,
    selectedId,
    rowPx: windowed ? ROW_PX : null,
  });
  const [from, to] = windowed ? visibleRange(rows.length, ROW_PX, viewport) : [0, rows.length];

  const press = (event: KeyboardEvent, node: Node) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === 'Enter' || event.key === ' ') {
      event.preventDefault();
      onSelect?.(node);
      return;
    }
    const move = moveByKey(rows, node.id, event.key);
    if (!move) return;
    event.preventDefault();
    event.stopPropagation();
    if ('to' in move) focus(move.to);
    else onOpened(node, 'open' in move);
  };

  return (
    <div
      ref={box}
      role="tree"
      aria-label={label}
      className={cn(
        'relative min-w-0 overflow-x-auto py-1 text-table',
        windowed && 'max-h-[70dvh] overflow-y-auto',
        props.className,
      )}
    >
      {from > 0 && <div role="none" style={{ height: from * ROW_PX }} />}
      {rows.slice(from, to).map((row) =>
        row.kind === 'node' ? (
          <TreeItem
            key={row.node.id}
            row={row}
            isSelected={row.node.id === selectedId}
            isEntry={row.node.id === entryId}
            icon={props.renderIcon?.(row.node, row.isOpen)}
            end={props.renderEnd?.(row.node)}
            indentPx={props.indentPx ?? INDENT_PX}
            onToggle={() => onOpened(row.node, !row.isOpen)}
            onSelect={() => onSelect?.(row.node)}
            onFocus={() => noteFocus(row.node.id)}
            onKeyDown={(event) => press(event, row.node)}
          />
        ) : (
          <TreeNote
            key={`${row.kind} ${row.parentId}`}
            row={row}
            indentPx={props.indentPx ?? INDENT_PX}
            onRetry={() => {
              const parent = rows[indexOfNode(rows, row.parentId)];
              if (parent?.kind === 'node') onRetry?.(parent.node);
            }}
          />
        ),
      )}
      {to < rows.length && <div role="none" style={{ height: (rows.length - to) * ROW_PX }} />}
    </div>
  );
}
