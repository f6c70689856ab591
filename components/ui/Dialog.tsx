'use client';

import { X } from 'lucide-react';
import { Dialog as Primitive } from 'radix-ui';
import type { ReactNode } from 'react';
import { cn } from './class-names.ts';
import { IconButton } from './IconButton.tsx';
import { BACKDROP, BACKDROP_OVER, CENTERED, PANEL, UNDESCRIBED } from './overlay-classes.ts';
import { useDialogFocus } from './use-dialog-focus.ts';

const WIDTHS = { small: 'max-w-105', medium: 'max-w-140', large: 'max-w-220' };

interface DialogProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  title: string;
  description?: ReactNode;
  width?: keyof typeof WIDTHS;
  /** Comes by itself, maybe over another dialog. */
  over?: boolean;
  /** Buttons, the main one last. */
  footer?: ReactNode;
  children?: ReactNode;
}

/** Modal; focus goes in, is kept, and returns to what opened it. */
export function Dialog({
  open,
  onOpenChange,
  title,
  description,
  width = 'medium',
  over = false,
  footer,
  children,
}: DialogProps) {
  const { onOpenAutoFocus, onCloseAutoFocus } = useDialogFocus();
  return (
    <Primitive.Root open={open} onOpenChange={onOpenChange}>
      <Primitive.Portal>
        <Primitive.Overlay className={over ? BACKDROP_OVER : BACKDROP} />
        <Primitive.Content
          onOpenAutoFocus={onOpenAutoFocus}
          onCloseAutoFocus={onCloseAutoFocus}
          {...(description ? {} : UNDESCRIBED)}
          className={cn(PANEL, CENTERED, WIDTHS[width])}
        >
          <header className="flex items-start gap-3 px-5 pt-4 pb-3">
            <div className="grid min-w-0 flex-1 gap-1">
              <Primitive.Title className="text-heading font-semibold">{title}</Primitive.Title>
              {description && (
                <Primitive.Description className="text-muted">{description}</Primitive.Description>
              )}
            </div>
            <Primitive.Close asChild>
              <IconButton label="Close" icon={<X />} className="-mr-2" />
            </Primitive.Close>
          </header>
          {children && (
            <div className="relative min-h-0 flex-1 overflow-y-auto px-5 pt-1 pb-5">{children}</div>
          )}
          {footer && <DialogFooter>{footer}</DialogFooter>}
        </Primitive.Content>
      </Primitive.Portal>
    </Primitive.Root>
  );
}

export function DialogFooter({ children }: { children: ReactNode }) {
  return (
    <footer className="flex flex-wrap justify-end gap-2 rounded-b-lg border-t bg-surface px-5 py-3">
      {children}
    </footer>
  );
}
