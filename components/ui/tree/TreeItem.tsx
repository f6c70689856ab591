'use client';

import { ChevronRight } from 'lucide-react';
import type { KeyboardEvent, ReactNode } from 'react';
import { cn } from '../class-names.ts';
import type { NodeRow, TreeNode } from './tree-rows.ts';

interface TreeItemProps {
  row: NodeRow<TreeNode>;
  isSelected: boolean;
  /** The one item that Tab stops at. */
  isEntry: boolean;
  icon: ReactNode;
  end: ReactNode;
  /** How far a level is moved in. */
  indentPx: number;
  onToggle: () => void;
  onSelect: () => void;
  onFocus: () => void;
  onKeyDown: (event: KeyboardEvent) => void;
}

/** However deep it lies: its tree then scrolls sideways. */
const NAME_MIN_PX = 176;

export function TreeItem({
  row,
  isSelected,
  isEntry,
  icon,
  end,
  indentPx,
  onToggle,
  onSelect,
  onFocus,
  onKeyDown,
}: TreeItemProps) {
  const { node } = row;
  const indent = (row.level - 1) * indentPx + 4;
  return (
    <div
      role="treeitem"
      data-node={node.id}
      tabIndex={isEntry ? 0 : -1}
      aria-level={row.level}
      aria-posinset={row.position}
      aria-setsize={row.siblings}
      aria-selected={isSelected}
      aria-expanded={node.isBranch ? row.isOpen : undefined}
      onClick={onSelect}
      onDoubleClick={node.isBranch ? onToggle : undefined}
      onFocus={onFocus}
      onKeyDown={onKeyDown}
      style={{ paddingLeft: `${indent}px`, minWidth: `${indent + NAME_MIN_PX}px` }}
      className={cn(
        'relative flex min-h-8 cursor-default items-center gap-1.5 rounded-sm pr-2 hover:bg-hover focus-visible:-outline-offset-2',
        isSelected && 'bg-selected hover:bg-selected',
      )}
    >
      <Disclosure isBranch={node.isBranch} isOpen={row.isOpen} onToggle={onToggle} />
      {icon && <span className="text-muted [&_svg]:size-4">{icon}</span>}
      <span className="min-w-0 flex-1 truncate" title={node.title ?? node.label}>
        {node.label}
      </span>
      {end && <span className="shrink-0 pl-3 text-muted">{end}</span>}
    </div>
  );
}

/** For the pointer only; the keyboard opens the item itself with Right and Left. */
function Disclosure({
  isBranch,
  isOpen,
  onToggle,
}: {
  isBranch: boolean;
  isOpen: boolean;
  onToggle: () => void;
}) {
  if (!isBranch) return <span className="size-6 shrink-0" />;
  return (
    <span
      aria-hidden="true"
      onClick={(event) => {
        event.stopPropagation();
        onToggle();
      }}
      className="flex size-6 shrink-0 items-center justify-center rounded-sm text-muted hover:bg-selected hover:text-text"
    >
      <ChevronRight className={cn('size-4', isOpen && 'rotate-90')} />
    </span>
  );
}
