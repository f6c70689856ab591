'use client';

import { Tooltip as Primitive } from 'radix-ui';
import { type ClipboardEventHandler, type ReactNode, useState } from 'react';
import { cn } from './class-names.ts';
import { TooltipBubble } from './Tooltip.tsx';

interface HintProps {
  /** A function is called only while the bubble is open: hundreds of these stand in a table. */
  content: ReactNode | (() => ReactNode);
  className?: string;
  onCopy?: ClipboardEventHandler;
  children: ReactNode;
}

/** Text that says more on hover, on focus and on tap. */
export function Hint({ content, className, onCopy, children }: HintProps) {
  const [open, setOpen] = useState(false);
  return (
    <Primitive.Root open={open} onOpenChange={setOpen}>
      <Primitive.Trigger asChild>
        {/* biome-ignore lint/a11y/useKeyWithClickEvents: the click is for touch; the keyboard opens it by focus */}
        {/* biome-ignore lint/a11y/noStaticElementInteractions: it explains, it does not act */}
        <span
          // biome-ignore lint/a11y/noNoninteractiveTabindex: what a pointer can learn, the keyboard can too
          tabIndex={0}
          onClick={(event) => {
            event.preventDefault();
            setOpen(true);
          }}
          onCopy={onCopy}
          className={cn('rounded-xs focus-visible:outline-offset-1', className)}
        >
          {children}
        </span>
      </Primitive.Trigger>
      {open && <TooltipBubble>{typeof content === 'function' ? content() : content}</TooltipBubble>}
    </Primitive.Root>
  );
}
