'use client';

import { useQueryClient } from '@tanstack/react-query';
import { useSearchParams } from 'next/navigation';
import { useCallback, useMemo, useState } from 'react';
import { clientArchiveName } from '#domain/snapshot.ts';
import { replaceParameters } from '../address/parameters.ts';
import { browseCommand } from '../commands/snapshot-commands.ts';
import { errorDetails } from '../trpc/api-error.ts';
import { useTRPC } from '../trpc/trpc.ts';
import type { FileEntry, SnapshotView } from '../trpc/views.ts';
import { Bytes } from '../ui/Bytes.tsx';
import { Card } from '../ui/Card.tsx';
import { CommandHint } from '../ui/CommandHint.tsx';
import { Select } from '../ui/forms/Select.tsx';
import { TreeView } from '../ui/tree/TreeView.tsx';
import type { TreeNode } from '../ui/tree/tree-rows.ts';
import { pathsDownTo, readablePath } from './archive-path.ts';
import { EntryIcon } from './EntryIcon.tsx';
import { EntryPanel } from './EntryPanel.tsx';
import { isBrowsable, snapshotInput } from './snapshot-words.ts';

export interface EntryNode extends TreeNode {
  entry: FileEntry;
}

/** Looks into the directory archives of a snapshot; the archive and the path that are chosen stand in the address. */
export function ArchiveBrowser({ snapshot }: { snapshot: SnapshotView }) {
  const params = useSearchParams();
  const archives = snapshot.files.filter((file) => isBrowsable(file.name) && file.cryptMode !== 'encrypt');
  const wanted = params.get('archive');
  const archive = archives.find((file) => file.name === wanted) ?? archives[0];
  if (!archive) return null;
  return (
    <Card
      title="Files"
      note={archives.length === 1 ? `of ${clientArchiveName(archive.name)}` : undefined}
      flush
      actions={
        archives.length > 1 && (
          <Select
            aria-label="Archive"
            value={archive.name}
            onChange={(name) => replaceParameters({ archive: name, path: null })}
            options={archives.map(({ name }) => ({ value: name, label: clientArchiveName(name) }))}
            className="w-48"
          />
        )
      }
      footer={<CommandHint text={browseCommand(snapshot, archive.name, pathOf(params))} />}
    >
      <ArchiveTree key={archive.name} snapshot={snapshot} archive={archive.name} start={params.get('path')} />
    </Card>
  );
}

function pathOf(params: URLSearchParams): string {
  const path = params.get('path');
  return path === null ? '/' : `/${readable(path)}`;
}

interface ArchiveTreeProps {
  snapshot: SnapshotView;
  archive: string;
  /** Path that the address names, in base64. */
  start: string | null;
}

function ArchiveTree({ snapshot, archive, start }: ArchiveTreeProps) {
  const trpc = useTRPC();
  const queries = useQueryClient();
  const roots = useMemo(() => [topOf(archive)], [archive]);
  const [selected, setSelected] = useState<EntryNode | null>(null);
  const [reveal] = useState(() => [TOP, ...(start === null ? [] : wayDown(start))]);
  const { datastore, namespace, type, id, time } = snapshot;
  const loadChildren = useCallback(
    async (node: EntryNode) => {
      const input = { ...snapshotInput({ datastore, namespace, type, id, time }), archive };
      try {
        const entries = await queries.fetchQuery(
          trpc.snapshot.browse.queryOptions({ ...input, path: node.entry.path }),
        );
        const nodes = entries.map(nodeOf);
        const target = nodes.find((each) => each.id === start);
        if (target) setSelected(target);
        return nodes;
      } catch (error) {
        const { message, hint } = errorDetails(error);
        throw new Error([message, hint].filter(Boolean).join(' '));
      }
    },
    [trpc, queries, archive, start, datastore, namespace, type, id, time],
  );
  const select = (node: EntryNode) => {
    setSelected(node);
    replaceParameters({ archive, path: node.id === TOP ? null : node.id });
  };
  return (
    <div className="grid min-w-0 border-t lg:grid-cols-[minmax(0,1fr)_320px]">
      <TreeView
        label={`Files of ${clientArchiveName(archive)}`}
        roots={roots}
        loadChildren={loadChildren}
        reveal={reveal}
        selectedId={selected?.id ?? null}
        onSelect={select}
        renderIcon={(node, isOpen) => <EntryIcon kind={node.entry.kind} isOpen={isOpen} />}
        renderEnd={(node) => node.entry.sizeBytes !== null && <Bytes value={node.entry.sizeBytes} />}
        className="max-h-[60dvh] overflow-y-auto px-2"
      />
      <EntryPanel snapshot={snapshot} archive={archive} node={selected ?? roots[0] ?? null} />
    </div>
  );
}

/** The top has no path; its id is what no base64 text is. */
const TOP = ':top';

function topOf(archive: string): EntryNode {
  const entry: FileEntry = {
    path: '',
    name: clientArchiveName(archive),
    kind: 'directory',
    sizeBytes: null,
    modifiedAt: null,
  };
  return { id: TOP, label: entry.name, isBranch: true, entry };
}

function nodeOf(entry: FileEntry): EntryNode {
  return { id: entry.path, label: entry.name, isBranch: entry.kind === 'directory', entry };
}

/** Directories above the path; the path itself is selected, not opened. */
function wayDown(path: string): string[] {
  try {
    return pathsDownTo(path).slice(0, -1);
  } catch {
    return []; // not base64: the address was mistyped
  }
}

function readable(path: string): string {
  try {
    return readablePath(path);
  } catch {
    return '';
  }
}
