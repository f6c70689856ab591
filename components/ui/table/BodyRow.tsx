'use client';

import { ChevronRight, Ellipsis } from 'lucide-react';
import Link from 'next/link';
import { useRouter } from 'next/navigation';
import type { MouseEvent, ReactNode } from 'react';
import { cn } from '../class-names.ts';
import { CheckboxBox } from '../forms/Checkbox.tsx';
import { IconButton } from '../IconButton.tsx';
import { Menu, type MenuEntry } from '../Menu.tsx';
import { type Column, WIDE_ONLY } from './columns.ts';
import { FIXED_FIRST } from './HeadCell.tsx';
import { Td } from './Table.tsx';
import type { DataTableModel } from './use-data-table.ts';

export interface RowOptions<Row> {
  /** What the row is called: names its menu and its checkbox. */
  rowLabel: (row: Row) => string;
  /** Where the row leads; its first cell becomes the link. */
  rowHref?: (row: Row) => string;
  /** Every action on the row, by name. */
  rowActions?: (row: Row) => readonly MenuEntry[];
  /** What is inside a row, shown below it on demand. */
  expansion?: {
    isOpen: (row: Row) => boolean;
    onToggle: (row: Row) => void;
    /** "snapshots" */
    noun: string;
    render: (row: Row) => ReactNode;
  };
}

interface BodyRowProps<Row extends object> {
  row: ReturnType<DataTableModel<Row>['getRowModel']>['rows'][number];
  columnOf: (id: string) => Column<Row> | undefined;
  selectable: boolean;
  options: RowOptions<Row>;
}

/** A row, and below it what is inside when it is open. */
export function BodyRow<Row extends object>(props: BodyRowProps<Row>) {
  const { expansion } = props.options;
  const data = props.row.original;
  return (
    <>
      <MainRow {...props} />
      {expansion?.isOpen(data) && (
        <tr>
          <td colSpan={100} className="border-b bg-surface p-0 [tr:last-child>&]:border-b-0">
            {expansion.render(data)}
          </td>
        </tr>
      )}
    </>
  );
}

function MainRow<Row extends object>({ row, columnOf, selectable, options }: BodyRowProps<Row>) {
  const router = useRouter();
  const data = row.original;
  const label = options.rowLabel(data);
  const href = options.rowHref?.(data);
  const actions = options.rowActions?.(data);
  const selected = row.getIsSelected();
  const { expansion } = options;
  const press = (event: MouseEvent<HTMLElement>) => {
    if (href) openOnClick(event, href, router.push);
    else if (expansion && isPlainClick(event)) expansion.onToggle(data);
  };
  const disclosure = expansion && (
    <Disclosure
      label={`${expansion.noun} of ${label}`}
      isOpen={expansion.isOpen(data)}
      onToggle={() => expansion.onToggle(data)}
    />
  );
  return (
    <tr
      onClick={href || expansion ? press : undefined}
      className={cn('bg-bg hover:bg-hover', selected && 'bg-selected hover:bg-selected')}
    >
      {selectable && (
        <Td className="w-8 pr-0">
          <CheckboxBox
            aria-label={`Select ${label}`}
            checked={selected}
            onCheckedChange={(on) => row.toggleSelected(on === true)}
          />
        </Td>
      )}
      {row.getVisibleCells().map((cell, index) => {
        const column = columnOf(cell.column.id);
        const isFirst = index === 0;
        const content = column?.cell(data);
        return (
          <Td
            key={cell.id}
            align={column?.align}
            className={cn(isFirst && [FIXED_FIRST, 'z-1 bg-inherit'], column?.wideOnly && WIDE_ONLY)}
          >
            {isFirst ? (
              <Lead href={href} content={content} aside={column?.aside?.(data)} disclosure={disclosure} />
            ) : (
              content
            )}
          </Td>
        );
      })}
      {actions && <ActionsCell label={label} actions={actions} />}
    </tr>
  );
}

function ActionsCell({ label, actions }: { label: string; actions: readonly MenuEntry[] }) {
  const trigger = (
    <IconButton size="small" label={`Actions for ${label}`} icon={<Ellipsis />} className="size-6" />
  );
  return (
    <Td className="w-10 pl-0 text-right">
      <Menu entries={actions} trigger={trigger} />
    </Td>
  );
}

interface LeadProps {
  href?: string;
  content: ReactNode;
  aside: ReactNode;
  disclosure: ReactNode;
}

function Lead({ href, content, aside, disclosure }: LeadProps) {
  return (
    <span className="flex min-w-0 items-center gap-1.5 font-medium">
      {disclosure}
      {href ? (
        <Link
          href={href}
          className="block max-w-[42vw] truncate leading-6 underline-offset-2 hover:underline sm:max-w-100"
        >
          {content}
        </Link>
      ) : (
        <span className="max-w-[42vw] truncate sm:max-w-100">{content}</span>
      )}
      {aside}
    </span>
  );
}

function Disclosure({ label, isOpen, onToggle }: { label: string; isOpen: boolean; onToggle: () => void }) {
  return (
    <IconButton
      size="small"
      label={isOpen ? `Hide ${label}` : `Show ${label}`}
      icon={<ChevronRight className={cn('text-muted', isOpen && 'rotate-90')} />}
      aria-expanded={isOpen}
      onClick={onToggle}
      className="-ml-2 size-6"
    />
  );
}

/** Not when the click was meant for something inside the row, or ended a text selection. */
function isPlainClick(event: MouseEvent<HTMLElement>): boolean {
  if (!(event.target instanceof Element) || !event.currentTarget.contains(event.target)) return false;
  return !event.target.closest('a, button, input, label') && document.getSelection()?.type !== 'Range';
}

function openOnClick(event: MouseEvent<HTMLElement>, href: string, push: (href: string) => void) {
  if (!isPlainClick(event)) return;
  if (event.metaKey || event.ctrlKey) window.open(href, '_blank', 'noopener');
  else push(href);
}
