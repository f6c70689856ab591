'use client';

import { CircleCheck } from 'lucide-react';
import Link from 'next/link';
import { useTheme } from 'next-themes';
import { Toaster as Primitive, toast } from 'sonner';

const LONG_MS = 10_000;
const SHOWN_MS = 5000;

/** Where toasts appear; one in the root layout. */
export function Toaster() {
  const { theme } = useTheme();
  return (
    <Primitive
      theme={theme === 'light' || theme === 'dark' ? theme : 'system'}
      position="bottom-right"
      expand
      style={{ fontFamily: 'inherit' }}
      gap={8}
      icons={{ success: <CircleCheck className="size-4 text-ok" /> }}
      toastOptions={{
        unstyled: true,
        classNames: {
          toast:
            'flex w-(--width) items-center gap-3 rounded-lg border border-edge bg-raised py-2.5 pr-2.5 pl-4 text-body text-text shadow-raised',
          title: 'font-medium',
          description: 'text-table text-muted',
          content: 'min-w-0 flex-1 py-0.5',
          actionButton:
            'h-7 shrink-0 cursor-default rounded-md border border-edge px-2.5 text-table font-medium hover:bg-hover',
        },
      }}
    />
  );
}

interface ToastMore {
  description?: string;
  /** Only where it really can be taken back; the toast then stays ten seconds. */
  undo?: () => void;
  /** Where to read on; the toast then stays ten seconds as well. */
  link?: { label: string; href: string };
}

/** Success only: failures stay on the page, where they can be read twice. */
export function toastSuccess(message: string, { description, undo, link }: ToastMore = {}) {
  toast.success(message, {
    description,
    duration: undo || link ? LONG_MS : SHOWN_MS,
    action: undo ? { label: 'Undo', onClick: undo } : link && <ToastLink {...link} />,
  });
}

function ToastLink({ label, href }: { label: string; href: string }) {
  return (
    <Link
      href={href}
      onClick={() => toast.dismiss()}
      className="inline-flex h-7 shrink-0 items-center rounded-md border border-edge px-2.5 text-table font-medium hover:bg-hover"
    >
      {label}
    </Link>
  );
}
