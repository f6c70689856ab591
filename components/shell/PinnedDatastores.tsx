'use client';

import type { DatastoreStatus } from '#domain/datastore.ts';
import { formatPercent } from '#domain/units.ts';
import { StatusGlyph } from '../ui/StatusGlyph.tsx';
import { DATASTORE_LOOKS } from '../ui/status-looks.ts';
import { isWithin } from './navigation.ts';
import { SidebarLink } from './SidebarLink.tsx';

export interface PinnedDatastore {
  name: string;
  status: DatastoreStatus;
  /** Used ÷ size; null when unknown. */
  usedShare: number | null;
}

interface PinnedDatastoresProps {
  datastores: readonly PinnedDatastore[];
  pathname: string;
  collapsed: boolean;
}

export function PinnedDatastores({ datastores, pathname, collapsed }: PinnedDatastoresProps) {
  return (
    <ul aria-label="Pinned datastores" className="grid grid-cols-[minmax(0,1fr)] gap-0.5">
      {datastores.map(({ name, status, usedShare }) => {
        const look = DATASTORE_LOOKS[status];
        const used = usedShare === null ? '' : `, ${formatPercent(usedShare)} used`;
        const href = `/datastores/${encodeURIComponent(name)}`;
        return (
          <li key={name}>
            <SidebarLink
              nested
              href={href}
              label={name}
              tooltip={`${name} · ${look.word}${used}`}
              icon={<StatusGlyph glyph={look.glyph} tone={look.tone} className="size-2.5" />}
              end={
                <>
                  <span className="sr-only">{look.word}, </span>
                  {usedShare === null ? '' : formatPercent(usedShare)}
                </>
              }
              isCurrent={isWithin(pathname, href)}
              collapsed={collapsed}
            />
          </li>
        );
      })}
    </ul>
  );
}
