'use client';

import { useQuery } from '@tanstack/react-query';
import { FolderInput, FolderPlus, FolderTree, Trash2 } from 'lucide-react';
import { useState } from 'react';
import type { NamespacePath } from '#domain/ids.ts';
import { datastorePath } from '#domain/permissions.ts';
import { placeQuery } from '../datastore/content/content-address.ts';
import { datastoreHref } from '../datastore/datastore-words.ts';
import { usePermissions } from '../session/use-permissions.ts';
import { useTRPC } from '../trpc/trpc.ts';
import type { MenuEntry } from '../ui/Menu.tsx';
import { AddNamespaceDialog } from './AddNamespaceDialog.tsx';
import { MoveNamespaceDialog } from './MoveNamespaceDialog.tsx';
import { namespaceParent } from './namespace-words.ts';
import { RemoveNamespaceDialog } from './RemoveNamespaceDialog.tsx';

type Open = { dialog: 'add' | 'move' | 'remove'; path: string };

/** Every act on a namespace, as menu entries; `dialogs` belong somewhere on the page. */
export function useNamespaceActions(datastore: string, onOpen: (path: string) => void) {
  const trpc = useTRPC();
  const { lacks } = usePermissions();
  const [open, setOpen] = useState<Open | null>(null);
  const { data: namespaces } = useQuery(trpc.namespace.list.queryOptions({ datastore }));
  const close = () => setOpen(null);
  const whyNotOn = (path: string) =>
    lacks(datastorePath(datastore, path as NamespacePath), 'Datastore.Modify');

  const entriesOf = (path: string): MenuEntry[] => {
    const parent = namespaceParent(path);
    return [
      {
        label: 'Open content',
        icon: <FolderTree />,
        href: `${datastoreHref(datastore, 'content')}${placeQuery(path)}`,
      },
      {
        label: 'Add namespace below…',
        icon: <FolderPlus />,
        onSelect: () => setOpen({ dialog: 'add', path }),
        disabledReason: whyNotOn(path),
      },
      {
        label: 'Move or rename…',
        icon: <FolderInput />,
        onSelect: () => setOpen({ dialog: 'move', path }),
        disabledReason:
          parent === null ? 'The root is the datastore itself' : whyNotOn(parent) || whyNotOn(path),
      },
      'separator',
      {
        label: 'Delete…',
        icon: <Trash2 />,
        danger: true,
        onSelect: () => setOpen({ dialog: 'remove', path }),
        disabledReason:
          parent === null ? 'The root goes with the datastore alone' : whyNotOn(parent) || whyNotOn(path),
      },
    ];
  };
  return {
    entriesOf,
    add: (path: string) => setOpen({ dialog: 'add', path }),
    dialogs: (
      <>
        {open?.dialog === 'add' && namespaces && (
          <AddNamespaceDialog
            {...{ datastore, namespaces, parent: open.path, onClose: close, onCreated: onOpen }}
          />
        )}
        {open?.dialog === 'move' && namespaces && (
          <MoveNamespaceDialog
            {...{ datastore, namespaces, namespace: open.path, onClose: close, onMoved: onOpen }}
          />
        )}
        {open?.dialog === 'remove' && (
          <RemoveNamespaceDialog
            {...{ datastore, namespace: open.path, onClose: close }}
            onRemoved={() => onOpen(namespaceParent(open.path) ?? '')}
          />
        )}
      </>
    ),
  };
}

export type NamespaceActions = ReturnType<typeof useNamespaceActions>;
