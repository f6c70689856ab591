'use client';

import { X } from 'lucide-react';
import { Dialog as Primitive } from 'radix-ui';
import type { ReactNode } from 'react';
import { cn } from './class-names.ts';
import { IconButton } from './IconButton.tsx';
import { BACKDROP, PANEL, UNDESCRIBED } from './overlay-classes.ts';
import { useDialogFocus } from './use-dialog-focus.ts';

interface SheetProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  title: string;
  description?: ReactNode;
  side?: 'left' | 'right';
  footer?: ReactNode;
  /** The content brings its own padding. */
  flush?: boolean;
  className?: string;
  children: ReactNode;
}

/** A panel along one side of the window, for details beside what they belong to. */
export function Sheet({
  open,
  onOpenChange,
  title,
  description,
  side = 'right',
  footer,
  flush = false,
  className,
  children,
}: SheetProps) {
  const { onOpenAutoFocus, onCloseAutoFocus } = useDialogFocus();
  return (
    <Primitive.Root open={open} onOpenChange={onOpenChange}>
      <Primitive.Portal>
        <Primitive.Overlay className={BACKDROP} />
        <Primitive.Content
          onOpenAutoFocus={onOpenAutoFocus}
          onCloseAutoFocus={onCloseAutoFocus}
          {...(description ? {} : UNDESCRIBED)}
          className={cn(
            PANEL,
            'fixed inset-y-0 flex w-[min(100vw-40px,440px)] flex-col border-y-0',
            side === 'right' ? 'right-0 border-r-0' : 'left-0 border-l-0',
            className,
          )}
        >
          <header className="flex items-start gap-3 border-b px-5 py-3">
            <div className="grid min-w-0 flex-1 gap-0.5 py-1">
              <Primitive.Title className="truncate text-heading font-semibold">{title}</Primitive.Title>
              {description && (
                <Primitive.Description className="text-muted">{description}</Primitive.Description>
              )}
            </div>
            <Primitive.Close asChild>
              <IconButton label="Close" icon={<X />} className="-mr-2" />
            </Primitive.Close>
          </header>
          <div className={cn('relative flex min-h-0 flex-1 flex-col overflow-y-auto', !flush && 'px-5 py-4')}>
            {children}
          </div>
          {footer && (
            <footer className="flex justify-end gap-2 border-t bg-surface px-5 py-3">{footer}</footer>
          )}
        </Primitive.Content>
      </Primitive.Portal>
    </Primitive.Root>
  );
}
