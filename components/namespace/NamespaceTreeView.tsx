'use client';

import { Search } from 'lucide-react';
import { useMemo, useState } from 'react';
import { formatCount } from '#domain/units.ts';
import type { NamespaceView } from '../trpc/views.ts';
import { Input } from '../ui/forms/Input.tsx';
import { TreeList } from '../ui/tree/TreeList.tsx';
import { visibleRows } from '../ui/tree/tree-rows.ts';
import { filterNamespaces, namespaceId, namespaceTree, pathsDownTo } from './namespace-tree.ts';

/** From so many on, one finds a namespace faster by its name. */
const FILTER_FROM = 15;

interface NamespaceTreeViewProps {
  datastore: string;
  namespaces: readonly NamespaceView[];
  selected: string;
  onSelect: (path: string) => void;
}

/** All namespaces are here already, so the tree follows whatever changes. */
export function NamespaceTreeView({ datastore, namespaces, selected, onSelect }: NamespaceTreeViewProps) {
  const [text, setText] = useState('');
  const { open, setOpened } = useOpenNamespaces(selected);
  const filtered = text.trim() !== '';
  const shown = useMemo(() => filterNamespaces(namespaces, text), [namespaces, text]);
  const { roots, children } = useMemo(() => namespaceTree(shown), [shown]);
  const rows = useMemo(
    () => visibleRows(roots, children, filtered ? new Set(children.keys()) : open),
    [roots, children, filtered, open],
  );
  return (
    <>
      {namespaces.length > FILTER_FROM && (
        <div className="px-2 pb-1">
          <Input
            type="search"
            aria-label="Filter namespaces"
            placeholder="Name"
            icon={<Search />}
            value={text}
            onChange={(event) => setText(event.target.value)}
            className="h-7 text-table"
          />
        </div>
      )}
      {shown.length === 0 && (
        <p className="px-2 py-3 text-table text-muted">None has “{text.trim()}” in its name.</p>
      )}
      <TreeList
        label={`Namespaces of ${datastore}`}
        rows={rows}
        selectedId={namespaceId(selected)}
        onSelect={(node) => onSelect(node.path)}
        onOpened={(node, opened) => setOpened(node.id, opened)}
        indentPx={10}
        renderEnd={(node) => (
          <span title="Groups">
            {formatCount(node.groupCount)}
            <span className="sr-only"> groups</span>
          </span>
        )}
        className="max-h-60 overflow-y-auto lg:max-h-[70dvh]"
      />
    </>
  );
}

/** What is open; whatever is selected can be seen. */
function useOpenNamespaces(selected: string) {
  const [seen, setSeen] = useState(selected);
  const [open, setOpen] = useState<ReadonlySet<string>>(
    () => new Set(pathsDownTo(selected).map(namespaceId)),
  );
  if (seen !== selected) {
    setSeen(selected);
    setOpen((ids) => new Set([...ids, ...pathsDownTo(selected).slice(0, -1).map(namespaceId)]));
  }
  const setOpened = (id: string, opened: boolean) =>
    setOpen((ids) => new Set(opened ? [...ids, id] : [...ids].filter((each) => each !== id)));
  return { open, setOpened };
}
