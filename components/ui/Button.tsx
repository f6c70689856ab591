'use client';

import { cva, type VariantProps } from 'class-variance-authority';
import Link from 'next/link';
import type { ComponentProps, MouseEvent, ReactNode } from 'react';
import { cn } from './class-names.ts';
import { Spinner } from './Spinner.tsx';
import { Tooltip } from './Tooltip.tsx';

const look = cva(
  'relative inline-flex shrink-0 cursor-default select-none items-center justify-center whitespace-nowrap rounded-md font-medium ' +
    '[&_svg]:shrink-0 aria-disabled:opacity-55',
  {
    variants: {
      variant: {
        primary: 'bg-accent text-on-accent not-aria-disabled:hover:bg-accent-hover',
        secondary:
          'border border-edge bg-bg text-text not-aria-disabled:hover:bg-hover not-aria-disabled:active:bg-selected',
        ghost:
          'text-text not-aria-disabled:hover:bg-hover not-aria-disabled:active:bg-selected data-[state=open]:bg-selected aria-pressed:bg-selected',
        danger: 'bg-err text-on-accent not-aria-disabled:hover:bg-err-hover',
      },
      size: {
        medium: 'h-8 gap-2 px-3.5 text-body [&_svg]:size-4',
        small: 'h-7 gap-1.5 px-3 text-table [&_svg]:size-3.5',
      },
    },
    defaultVariants: { variant: 'secondary', size: 'medium' },
  },
);

export interface ButtonLook extends VariantProps<typeof look> {
  icon?: ReactNode;
}

export interface ButtonProps extends ButtonLook, Omit<ComponentProps<'button'>, 'disabled'> {
  /** Sent and not answered yet: same label, same size, a spinner, no second click. */
  pending?: boolean;
  /** Why it cannot be pressed now. It stays focusable and tells. */
  disabledReason?: string | null | false;
  /** Said on hover and focus while it can be pressed. */
  tooltip?: string;
  tooltipSide?: 'top' | 'right' | 'bottom' | 'left';
}

export function Button({
  variant,
  size,
  icon,
  pending = false,
  disabledReason,
  tooltip,
  tooltipSide,
  className,
  onClick,
  children,
  type = 'button',
  ...rest
}: ButtonProps) {
  const inert = pending || Boolean(disabledReason);
  const press = (event: MouseEvent<HTMLButtonElement>) => {
    if (inert) event.preventDefault();
    else onClick?.(event);
  };
  const menuIsOpen = Boolean(rest['aria-haspopup'] && rest['aria-expanded']);
  return (
    <Tooltip content={disabledReason || tooltip} side={tooltipSide} silent={menuIsOpen}>
      <button
        {...rest}
        type={type}
        onClick={press}
        aria-disabled={inert || undefined}
        aria-busy={pending || undefined}
        className={cn(look({ variant, size }), pending && 'opacity-100!', className)}
      >
        {pending ? (
          <PendingContent icon={icon}>{children}</PendingContent>
        ) : (
          <>
            {icon}
            {children}
          </>
        )}
      </button>
    </Tooltip>
  );
}

/** The spinner takes the icon's place; without an icon it stands in the padding and the label gives way. */
function PendingContent({ icon, children }: { icon: ReactNode; children: ReactNode }) {
  if (icon) {
    return (
      <>
        <Spinner />
        {children}
      </>
    );
  }
  return (
    <>
      <Spinner className="absolute left-1.5 size-3!" />
      <span className="translate-x-2">{children}</span>
    </>
  );
}

/** A link that looks like a button: it goes somewhere, it does not act. */
export function ButtonLink({
  variant,
  size,
  icon,
  className,
  children,
  ...rest
}: ButtonLook & ComponentProps<typeof Link>) {
  return (
    <Link {...rest} className={cn(look({ variant, size }), 'cursor-pointer', className)}>
      {icon}
      {children}
    </Link>
  );
}

/** The same for what is no page of the console: a download goes past the router. */
export function DownloadLink({
  variant,
  size,
  icon,
  className,
  children,
  ...rest
}: ButtonLook & ComponentProps<'a'>) {
  return (
    <a {...rest} download className={cn(look({ variant, size }), 'cursor-pointer', className)}>
      {icon}
      {children}
    </a>
  );
}
