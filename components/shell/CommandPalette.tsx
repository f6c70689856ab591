'use client';

import { Command } from 'cmdk';
import { CornerDownLeft, Search } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { Dialog as Primitive } from 'radix-ui';
import { useMemo, useState } from 'react';
import { cn } from '../ui/class-names.ts';
import { BACKDROP, PANEL } from '../ui/overlay-classes.ts';
import { useDialogFocus } from '../ui/use-dialog-focus.ts';
import { findEntries, type PaletteEntry } from './palette-entry.ts';
import { useShell } from './ShellContext.tsx';

interface CommandPaletteProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  /** Always offered; pages add theirs with `usePaletteEntries`. */
  entries: readonly PaletteEntry[];
}

/** Find a page, a thing or a verb by a few letters of its name. */
export function CommandPalette({ open, onOpenChange, entries }: CommandPaletteProps) {
  const { query, setQuery, registered } = useShell();
  const router = useRouter();
  const { onOpenAutoFocus, onCloseAutoFocus } = useDialogFocus();
  const groups = useMemo(
    () => findEntries([...[...registered.values()].flat(), ...entries], query),
    [registered, entries, query],
  );
  const { selected, select, follow } = useSelection(groups[0]?.[1][0]?.id ?? '');
  const type = (text: string) => {
    follow();
    setQuery(text);
  };
  const setOpen = (next: boolean) => {
    onOpenChange(next);
    if (!next) type('');
  };
  const choose = (entry: PaletteEntry) => {
    setOpen(false);
    if (entry.href) router.push(entry.href);
    entry.run?.();
  };
  return (
    <Primitive.Root open={open} onOpenChange={setOpen}>
      <Primitive.Portal>
        <Primitive.Overlay className={BACKDROP} />
        <Primitive.Content
          aria-describedby={undefined}
          onOpenAutoFocus={onOpenAutoFocus}
          onCloseAutoFocus={onCloseAutoFocus}
          className={cn(
            PANEL,
            'fixed top-[12dvh] left-1/2 w-[min(100vw-32px,600px)] -translate-x-1/2 overflow-hidden rounded-lg',
          )}
        >
          <Primitive.Title className="sr-only">Search and commands</Primitive.Title>
          <Command
            loop
            shouldFilter={false}
            label="Search and commands"
            value={selected}
            onValueChange={select}
          >
            <div className="flex h-12 items-center gap-2.5 border-b px-4">
              <Search aria-hidden="true" className="size-4 shrink-0 text-muted" />
              <Command.Input
                value={query}
                onValueChange={type}
                placeholder="Search pages, datastores, namespaces, groups and actions"
                className="h-full min-w-0 flex-1 bg-transparent outline-none"
              />
            </div>
            <Command.List className="max-h-[min(60dvh,420px)] scroll-py-2 overflow-y-auto p-1.5">
              {groups.map(([group, members]) => (
                <Command.Group
                  key={group}
                  heading={group}
                  className="[&_[cmdk-group-heading]]:px-2.5 [&_[cmdk-group-heading]]:pt-2 [&_[cmdk-group-heading]]:pb-1 [&_[cmdk-group-heading]]:text-small [&_[cmdk-group-heading]]:font-medium [&_[cmdk-group-heading]]:text-muted"
                >
                  {members.map((entry) => (
                    <PaletteItem key={entry.id} entry={entry} onChoose={() => choose(entry)} />
                  ))}
                </Command.Group>
              ))}
            </Command.List>
            <Command.Empty className="px-3 py-8 text-center text-muted">
              Nothing found for “{query}”.
            </Command.Empty>
          </Command>
        </Primitive.Content>
      </Primitive.Portal>
    </Primitive.Root>
  );
}

/** The first entry is selected, also when a closer one comes from the server, until one is selected by hand. */
function useSelection(firstId: string) {
  const [byHand, setByHand] = useState<string | null>(null);
  return {
    selected: byHand ?? firstId,
    select: (id: string) => setByHand(id === firstId ? null : id),
    follow: () => setByHand(null),
  };
}

function PaletteItem({ entry, onChoose }: { entry: PaletteEntry; onChoose: () => void }) {
  return (
    <Command.Item
      value={entry.id}
      onSelect={onChoose}
      className="group flex min-h-9 cursor-default items-center gap-2.5 rounded-md px-2.5 py-1.5 data-[selected=true]:bg-selected"
    >
      <span className="min-w-0 flex-1 truncate" title={entry.label}>
        {entry.label}
      </span>
      {entry.note && <span className="max-w-1/2 truncate text-table text-muted">{entry.note}</span>}
      <CornerDownLeft
        aria-hidden="true"
        className="size-3.5 shrink-0 text-muted opacity-0 group-data-[selected=true]:opacity-100"
      />
    </Command.Item>
  );
}
