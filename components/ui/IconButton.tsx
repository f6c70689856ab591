'use client';

import type { ReactNode } from 'react';
import { Button, type ButtonProps } from './Button.tsx';
import { cn } from './class-names.ts';

interface IconButtonProps extends Omit<ButtonProps, 'children' | 'tooltip'> {
  /** What it does, for the tooltip and for screen readers. */
  label: string;
  icon: ReactNode;
}

export function IconButton({
  label,
  variant = 'ghost',
  size = 'medium',
  disabledReason,
  className,
  ...rest
}: IconButtonProps) {
  return (
    <Button
      {...rest}
      variant={variant}
      size={size}
      aria-label={label}
      tooltip={label}
      disabledReason={disabledReason && `${label}: ${disabledReason}`}
      className={cn('px-0', size === 'small' ? 'w-7' : 'w-8', className)}
    />
  );
}
