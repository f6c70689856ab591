'use client';

import { ListChecks } from 'lucide-react';
import { usePathname } from 'next/navigation';
import { type ReactNode, useEffect, useState } from 'react';
import { countOf, formatCount } from '#domain/units.ts';
import { Button } from '../ui/Button.tsx';
import { Sheet } from '../ui/Sheet.tsx';
import { Spinner } from '../ui/Spinner.tsx';

interface TaskCounterProps {
  running: number;
  /** The drawer: running tasks with their progress, and the way to all tasks. */
  children: ReactNode;
  footer?: ReactNode;
}

/** How many tasks run now; opens them beside the page, and closes when one was followed. */
export function TaskCounter({ running, children, footer }: TaskCounterProps) {
  const [open, setOpen] = useState(false);
  const pathname = usePathname();
  // biome-ignore lint/correctness/useExhaustiveDependencies: the address is the event
  useEffect(() => setOpen(false), [pathname]);
  const words = `${countOf(running, 'task')} running`;
  return (
    <>
      <Button
        variant="ghost"
        icon={running > 0 ? <Spinner className="text-info" /> : <ListChecks />}
        aria-label={words}
        tooltip={words}
        onClick={() => setOpen(true)}
        className="px-2.5"
      >
        {formatCount(running)}
      </Button>
      <Sheet open={open} onOpenChange={setOpen} title="Running tasks" description={words} footer={footer}>
        {children}
      </Sheet>
    </>
  );
}
