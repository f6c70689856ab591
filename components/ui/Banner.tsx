'use client';

import { CircleAlert, Info, TriangleAlert, Wrench, X } from 'lucide-react';
import type { ReactNode } from 'react';
import { cn } from './class-names.ts';
import { IconButton } from './IconButton.tsx';

const TONES = {
  info: { icon: Info, box: 'border-info/40 bg-info/6', mark: 'text-info' },
  warn: { icon: TriangleAlert, box: 'border-warn/40 bg-warn/6', mark: 'text-warn' },
  err: { icon: CircleAlert, box: 'border-err/40 bg-err/6', mark: 'text-err' },
  maintenance: { icon: Wrench, box: 'border-maintenance/40 bg-maintenance/6', mark: 'text-maintenance' },
};

interface BannerProps {
  tone: keyof typeof TONES;
  title: ReactNode;
  /** Why, and what to do. */
  children?: ReactNode;
  actions?: ReactNode;
  onDismiss?: () => void;
}

/** Stays until its cause is gone or someone dismisses it; the text can be selected. */
export function Banner({ tone, title, children, actions, onDismiss }: BannerProps) {
  const { icon: Icon, box, mark } = TONES[tone];
  return (
    <div
      role={tone === 'err' ? 'alert' : 'status'}
      className={cn('flex min-w-0 gap-3 rounded-lg border py-3 pr-3 pl-4', box)}
    >
      <Icon aria-hidden="true" className={cn('mt-0.5 size-4 shrink-0', mark)} />
      <div className="flex min-w-0 flex-1 flex-wrap items-start gap-x-6 gap-y-2">
        <div className="grid min-w-0 flex-[1_1_280px] gap-0.5">
          <p className="font-medium">{title}</p>
          {children && <div className="min-w-0 wrap-anywhere text-muted">{children}</div>}
        </div>
        {actions && <div className="flex flex-wrap gap-2">{actions}</div>}
      </div>
      {onDismiss && <IconButton label="Dismiss" icon={<X />} size="small" onClick={onDismiss} />}
    </div>
  );
}
