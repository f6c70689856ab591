'use client';

import Link from 'next/link';
import { DropdownMenu as Primitive } from 'radix-ui';
import type { ReactElement, ReactNode } from 'react';
import { cn } from './class-names.ts';
import { Kbd } from './Kbd.tsx';
import { MENU_ITEM, MENU_PANEL } from './overlay-classes.ts';

interface ActionEntry {
  label: string;
  icon?: ReactNode;
  onSelect?: () => void;
  /** A place to go instead of something to do. */
  href?: string;
  shortcut?: string;
  danger?: boolean;
  /** Why it cannot be chosen now; it stays reachable and tells. */
  disabledReason?: string | null | false;
}

export type MenuEntry = ActionEntry | 'separator' | { heading: string };

interface MenuProps {
  /** The button that opens it; its name is the menu's too. */
  trigger: ReactElement;
  entries: readonly MenuEntry[];
  align?: 'start' | 'end';
}

/** A dropdown from data; every entry has a name, so nothing is reachable by icon alone. */
export function Menu({ trigger, entries, align = 'end' }: MenuProps) {
  return (
    <Primitive.Root modal={false}>
      <Primitive.Trigger asChild>{trigger}</Primitive.Trigger>
      <Primitive.Portal>
        <Primitive.Content align={align} sideOffset={4} collisionPadding={8} className={MENU_PANEL}>
          {entries.map((entry, index) => (
            <Entry key={keyOf(entry, index)} entry={entry} />
          ))}
        </Primitive.Content>
      </Primitive.Portal>
    </Primitive.Root>
  );
}

function keyOf(entry: MenuEntry, index: number): string {
  if (entry === 'separator') return `separator ${index}`;
  return 'heading' in entry ? entry.heading : entry.label;
}

function Entry({ entry }: { entry: MenuEntry }) {
  if (entry === 'separator') return <Primitive.Separator className="my-1 h-px bg-line" />;
  if ('heading' in entry) return <MenuHeading>{entry.heading}</MenuHeading>;
  return <Action {...entry} />;
}

export function MenuHeading({ children }: { children: ReactNode }) {
  return (
    <Primitive.Label className="px-2 pt-2 pb-1 text-small font-medium text-muted">{children}</Primitive.Label>
  );
}

function Action({ label, icon, onSelect, href, shortcut, danger, disabledReason }: ActionEntry) {
  const content = (
    <>
      {icon}
      <span className="grid min-w-0 flex-1">
        <span className={cn(disabledReason && 'text-muted')}>{label}</span>
        {disabledReason && <span className="text-small text-muted">{disabledReason}</span>}
      </span>
      {shortcut && <Kbd>{shortcut}</Kbd>}
    </>
  );
  const isLink = href !== undefined && !disabledReason;
  return (
    <Primitive.Item
      asChild={isLink}
      aria-disabled={disabledReason ? true : undefined}
      onSelect={(event) => (disabledReason ? event.preventDefault() : onSelect?.())}
      className={cn(MENU_ITEM, danger && !disabledReason && 'text-err [&_svg]:text-err')}
    >
      {isLink ? <Link href={href}>{content}</Link> : content}
    </Primitive.Item>
  );
}
