'use client';

import type { ComponentProps, ReactNode } from 'react';
import { cn } from '../class-names.ts';
import { CONTROL_BOX } from './control-classes.ts';
import { useFieldControl } from './field-context.ts';

interface InputProps extends ComponentProps<'input'> {
  /** Shown inside the box at its end: "MiB/s". */
  unit?: string;
  /** Shown inside the box at its start. */
  icon?: ReactNode;
}

export function Input({ unit, icon, className, ...rest }: InputProps) {
  const field = useFieldControl();
  const input = (
    <input
      {...field}
      {...rest}
      className={cn(CONTROL_BOX, 'h-8 px-2.5', icon && 'pl-8', unit && 'pr-14', className)}
    />
  );
  if (!unit && !icon) return input;
  return (
    <div className="relative min-w-0">
      {icon && (
        <span className="pointer-events-none absolute inset-y-0 left-2.5 flex items-center text-muted [&_svg]:size-4">
          {icon}
        </span>
      )}
      {input}
      {unit && (
        <span className="pointer-events-none absolute inset-y-0 right-2.5 flex items-center text-table text-muted">
          {unit}
        </span>
      )}
    </div>
  );
}

export function Textarea({ className, ...rest }: ComponentProps<'textarea'>) {
  const field = useFieldControl();
  return <textarea rows={3} {...field} {...rest} className={cn(CONTROL_BOX, 'px-2.5 py-1.5', className)} />;
}
