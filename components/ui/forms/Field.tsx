'use client';

import { CircleAlert } from 'lucide-react';
import { type ReactNode, useId, useMemo } from 'react';
import { cn } from '../class-names.ts';
import { FieldContext } from './field-context.ts';

interface FieldProps {
  label: ReactNode;
  /** One sentence below the control; stays visible when there is an error. */
  help?: ReactNode;
  /** What is wrong and what to do, from the schema or from the server. */
  error?: ReactNode;
  required?: boolean;
  optional?: boolean;
  className?: string;
  /** One control: Input, Textarea, Select, SecretField, … */
  children: ReactNode;
}

/** Label above, control, error and help below, all tied together for screen readers. */
export function Field({ label, help, error, required, optional, className, children }: FieldProps) {
  const id = useId();
  const control = useMemo(() => {
    const described = [error ? `${id}-error` : '', help ? `${id}-help` : ''].filter(Boolean).join(' ');
    return {
      id,
      'aria-describedby': described || undefined,
      'aria-invalid': error ? (true as const) : undefined,
      'aria-required': required ? (true as const) : undefined,
    };
  }, [id, error, help, required]);
  return (
    <div className={cn('grid min-w-0 content-start gap-1.5', className)}>
      <label htmlFor={id} className="flex items-baseline gap-2 font-medium">
        {label}
        {optional && <span className="text-small font-normal text-muted">optional</span>}
      </label>
      <FieldContext value={control}>{children}</FieldContext>
      {error && (
        <p id={`${id}-error`} className="flex gap-1.5 text-table text-err">
          <CircleAlert aria-hidden="true" className="mt-0.5 size-3.5 shrink-0" />
          <span className="min-w-0">{error}</span>
        </p>
      )}
      {help && (
        <p id={`${id}-help`} className="text-table text-muted">
          {help}
        </p>
      )}
    </div>
  );
}
