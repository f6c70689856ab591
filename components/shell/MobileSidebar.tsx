'use client';

import { Menu } from 'lucide-react';
import { usePathname } from 'next/navigation';
import { useEffect, useState } from 'react';
import { IconButton } from '../ui/IconButton.tsx';
import { Sheet } from '../ui/Sheet.tsx';
import { SidebarContent, type SidebarData } from './SidebarContent.tsx';

/** The sidebar as a sheet, for narrow screens; closes when it has led somewhere. */
export function MobileSidebar({ navigation, pinned }: SidebarData) {
  const [open, setOpen] = useState(false);
  const pathname = usePathname();
  // biome-ignore lint/correctness/useExhaustiveDependencies: the address is the event
  useEffect(() => setOpen(false), [pathname]);
  return (
    <div className="md:hidden">
      <IconButton label="Open navigation" icon={<Menu />} onClick={() => setOpen(true)} />
      <Sheet
        open={open}
        onOpenChange={setOpen}
        title="Ironcore Backup"
        side="left"
        flush
        className="w-72 bg-surface"
      >
        <SidebarContent navigation={navigation} pinned={pinned} collapsed={false} />
      </Sheet>
    </div>
  );
}
