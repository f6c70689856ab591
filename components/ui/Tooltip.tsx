'use client';

import { Tooltip as Primitive } from 'radix-ui';
import { type FocusEvent, type ReactElement, type ReactNode, useState } from 'react';

export const TooltipProvider = Primitive.Provider;

type Side = 'top' | 'right' | 'bottom' | 'left';

const BUBBLE =
  'z-50 max-w-80 rounded-md border bg-raised px-2.5 py-1.5 text-small text-text shadow-raised animate-fade-in';

interface TooltipProps {
  /** Nothing to say: the child alone is drawn. */
  content: ReactNode;
  side?: Side;
  /** Says nothing now, as while the menu of the child is open. */
  silent?: boolean;
  /** Takes focus by itself: a button or a link. For plain text use Hint. */
  children: ReactElement;
}

/** Opens on hover and on keyboard focus, closes on Escape and when the pointer leaves. */
export function Tooltip({ content, side = 'top', silent = false, children }: TooltipProps) {
  const [open, setOpen] = useState(false);
  if (!content) return children;
  return (
    <Primitive.Root disableHoverableContent open={open && !silent} onOpenChange={setOpen}>
      <Primitive.Trigger asChild onFocus={ignorePointerFocus}>
        {children}
      </Primitive.Trigger>
      <TooltipBubble side={side}>{content}</TooltipBubble>
    </Primitive.Root>
  );
}

/** A menu or dialog that closes gives the focus back; nobody who uses a pointer asked for words then. */
function ignorePointerFocus(event: FocusEvent<Element>): void {
  if (!event.currentTarget.matches(':focus-visible')) event.preventDefault();
}

/**
 * In a landmark of its own, since it hangs at the end of the page and not beside what it explains. The pointer goes
 * through it: what lies below can be pressed.
 */
export function TooltipBubble({ side, children }: { side?: Side; children: ReactNode }) {
  return (
    <Primitive.Portal>
      <section aria-label="Hint" className="pointer-events-none">
        <Primitive.Content side={side} sideOffset={6} collisionPadding={8} className={BUBBLE}>
          {children}
        </Primitive.Content>
      </section>
    </Primitive.Portal>
  );
}
