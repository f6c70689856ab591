import { Button } from '../Button.tsx';
import { Spinner } from '../Spinner.tsx';
import type { TreeNode, TreeRow } from './tree-rows.ts';

interface TreeNoteProps<Node extends TreeNode> {
  row: Exclude<TreeRow<Node>, { kind: 'node' }>;
  indentPx: number;
  onRetry: () => void;
}

/** The line inside a branch that has nothing to list: it is read, it is empty, it could not be read. */
export function TreeNote<Node extends TreeNode>({ row, indentPx, onRetry }: TreeNoteProps<Node>) {
  return (
    <div
      role="treeitem"
      aria-level={row.level}
      aria-selected={false}
      tabIndex={-1}
      style={{ paddingLeft: `${row.level * indentPx + 8}px` }}
      className="flex min-h-8 items-center gap-2 pr-2 text-muted"
    >
      {row.kind === 'loading' && (
        <>
          <Spinner className="size-3.5" /> Loading…
        </>
      )}
      {row.kind === 'empty' && 'Empty'}
      {row.kind === 'failed' && (
        <>
          <span className="min-w-0 text-err">{row.message}</span>
          <Button size="small" onClick={onRetry}>
            Retry
          </Button>
        </>
      )}
    </div>
  );
}
