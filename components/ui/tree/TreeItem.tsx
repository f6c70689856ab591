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
  onToggle: () => void;
  onSelect: () => void;
  onFocus: () => void;
  onKeyDown: (event: KeyboardEvent) => void;
}

export function TreeItem({
  row,
  isSelected,
  isEntry,
  icon,
  end,
  onToggle,
  onSelect,
  onFocus,
  onKeyDown,
}: TreeItemProps) {
  const { node } = row;
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
      style={{ paddingLeft: `${(row.level - 1) * 20 + 4}px` }}
      className={cn(
        'flex min-h-8 min-w-0 cursor-default items-center gap-1.5 rounded-sm pr-2 hover:bg-hover focus-visible:-outline-offset-2',
        isSelected && 'bg-selected hover:bg-selected',
      )}
    >
      <Disclosure isBranch={node.isBranch} isOpen={row.isOpen} onToggle={onToggle} />
      {icon && <span className="text-muted [&_svg]:size-4">{icon}</span>}
      <span className="min-w-0 flex-1 truncate">{node.label}</span>
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
