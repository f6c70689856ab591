'use client';

import { ChevronRight, Ellipsis } from 'lucide-react';
import Link from 'next/link';
import { useState } from 'react';
import type { SnapshotView } from '../trpc/views.ts';
import { Bytes } from '../ui/Bytes.tsx';
import { cn } from '../ui/class-names.ts';
import { CheckboxBox } from '../ui/forms/Checkbox.tsx';
import { IconButton } from '../ui/IconButton.tsx';
import { Menu, type MenuEntry } from '../ui/Menu.tsx';
import { Td } from '../ui/table/Table.tsx';
import { AbsoluteTime } from '../ui/time/AbsoluteTime.tsx';
import { RelativeTime } from '../ui/time/RelativeTime.tsx';
import { FileList } from './FileList.tsx';
import { SnapshotBadges } from './SnapshotBadges.tsx';
import { archiveCount, snapshotHref, snapshotLabel, unfinishedReason } from './snapshot-words.ts';
import { VerifyMark } from './VerifyMark.tsx';

interface SnapshotRowProps {
  snapshot: SnapshotView;
  isSelected: boolean;
  onSelect: (on: boolean) => void;
  actions: readonly MenuEntry[];
}

/** One snapshot inside its group, and below it its archives when it is open. */
export function SnapshotRow({ snapshot, isSelected, onSelect, actions }: SnapshotRowProps) {
  const [isOpen, setOpen] = useState(false);
  const label = snapshotLabel(snapshot);
  const at = snapshot.time * 1000;
  return (
    <>
      <tr className={cn('hover:bg-hover', isSelected && 'bg-selected hover:bg-selected')}>
        <Td>
          <CheckboxBox
            aria-label={`Select ${label}`}
            checked={isSelected}
            onCheckedChange={(on) => onSelect(on === true)}
          />
        </Td>
        <Td>
          <span className="flex items-center gap-1.5">
            <IconButton
              size="small"
              label={isOpen ? `Hide archives of ${label}` : `Show archives of ${label}`}
              icon={<ChevronRight className={cn('text-muted', isOpen && 'rotate-90')} />}
              aria-expanded={isOpen}
              onClick={() => setOpen(!isOpen)}
              className="-ml-2 size-6"
            />
            <Link href={snapshotHref(snapshot)} className="font-medium underline-offset-2 hover:underline">
              <AbsoluteTime at={at} />
            </Link>
            <SnapshotBadges snapshot={snapshot} />
          </span>
        </Td>
        <Td className="whitespace-nowrap text-muted">
          <RelativeTime at={at} />
        </Td>
        <Td>
          <VerifyMark snapshot={snapshot} inColumn />
        </Td>
        <Td align="end">
          <Bytes value={snapshot.sizeBytes} unknown={unfinishedReason(snapshot)} />
        </Td>
        <Td align="end">
          <Bytes value={snapshot.newBytes} unknown="This server did not see the backup happen" />
        </Td>
        <Td align="end">{archiveCount(snapshot.files)}</Td>
        <Td className="max-w-36 truncate text-muted">
          <span title={snapshot.notes}>{snapshot.notes.split('\n')[0]}</span>
        </Td>
        <Td className="w-10 text-right">
          <Menu
            entries={actions}
            trigger={
              <IconButton
                size="small"
                label={`Actions for ${label}`}
                icon={<Ellipsis />}
                className="size-6"
              />
            }
          />
        </Td>
      </tr>
      {isOpen && (
        <tr>
          <td colSpan={9} className="border-b bg-bg p-0 pl-8">
            <FileList snapshot={snapshot} />
          </td>
        </tr>
      )}
    </>
  );
}
