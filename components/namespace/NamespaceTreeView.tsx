'use client';

import { Boxes, FolderTree } from 'lucide-react';
import { useMemo, useState } from 'react';
import { formatCount } from '#domain/units.ts';
import type { NamespaceView } from '../trpc/views.ts';
import { TreeList } from '../ui/tree/TreeList.tsx';
import { visibleRows } from '../ui/tree/tree-rows.ts';
import { namespaceId, namespaceTree, pathsDownTo } from './namespace-tree.ts';

interface NamespaceTreeViewProps {
  datastore: string;
  namespaces: readonly NamespaceView[];
  selected: string;
  onSelect: (path: string) => void;
}

/** All namespaces are here already, so the tree follows whatever changes. */
export function NamespaceTreeView({ datastore, namespaces, selected, onSelect }: NamespaceTreeViewProps) {
  const [open, setOpen] = useState<ReadonlySet<string>>(
    () => new Set(pathsDownTo(selected).map(namespaceId)),
  );
  const { roots, children } = useMemo(() => namespaceTree(namespaces), [namespaces]);
  const rows = useMemo(() => visibleRows(roots, children, open), [roots, children, open]);
  return (
    <TreeList
      label={`Namespaces of ${datastore}`}
      rows={rows}
      selectedId={namespaceId(selected)}
      onSelect={(node) => onSelect(node.path)}
      onOpened={(node, opened) =>
        setOpen((ids) => new Set(opened ? [...ids, node.id] : [...ids].filter((id) => id !== node.id)))
      }
      renderIcon={(node) => (node.path === '' ? <Boxes /> : <FolderTree />)}
      renderEnd={(node) => (
        <span title="Groups">
          {formatCount(node.groupCount)}
          <span className="sr-only"> groups</span>
        </span>
      )}
    />
  );
}
