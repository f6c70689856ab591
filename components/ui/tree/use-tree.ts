'use client';

import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { type Children, type TreeNode, visibleRows } from './tree-rows.ts';

export type LoadChildren<Node extends TreeNode> = (
  node: Node,
  signal: AbortSignal,
) => Promise<readonly Node[]>;

const NOTHING: readonly string[] = [];

/** Which branches are open and what is inside them; a branch is read when it is first opened. */
export function useTree<Node extends TreeNode>(
  roots: readonly Node[],
  loadChildren: LoadChildren<Node>,
  reveal: readonly string[] = NOTHING,
) {
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set());
  const [children, setChildren] = useState<ReadonlyMap<string, Children<Node>>>(new Map());
  const reading = useRef(new AbortController());

  useEffect(() => {
    reading.current = new AbortController();
    return () => reading.current.abort();
  }, []);

  const learn = useCallback((id: string, inside: Children<Node>) => {
    if (reading.current.signal.aborted) return;
    setChildren((known) => new Map(known).set(id, inside));
  }, []);

  const load = useCallback(
    async (node: Node): Promise<readonly Node[]> => {
      learn(node.id, { state: 'loading' });
      try {
        const nodes = await loadChildren(node, reading.current.signal);
        learn(node.id, { state: 'ready', nodes });
        return nodes;
      } catch (error) {
        learn(node.id, { state: 'failed', message: messageOf(error) });
        return [];
      }
    },
    [learn, loadChildren],
  );

  const setOpened = useCallback(
    (node: Node, opened: boolean) => {
      setOpen((ids) => new Set(opened ? [...ids, node.id] : [...ids].filter((id) => id !== node.id)));
      const known = children.get(node.id);
      if (opened && (!known || known.state === 'failed')) void load(node);
    },
    [children, load],
  );

  // Only what the address said at the start: later the tree is the user's.
  const [start] = useState(reveal);
  useEffect(() => {
    void (async () => {
      let nodes = roots;
      for (const id of start) {
        const node = nodes.find((each) => each.id === id && each.isBranch);
        if (!node || reading.current.signal.aborted) return;
        setOpen((ids) => new Set([...ids, id]));
        nodes = await load(node);
      }
    })();
  }, [start, roots, load]);

  const rows = useMemo(() => visibleRows(roots, children, open), [roots, children, open]);
  return { rows, setOpened, load };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : 'The directory could not be read.';
}
