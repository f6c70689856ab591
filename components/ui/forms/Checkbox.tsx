'use client';

import { Check, Minus } from 'lucide-react';
import { Checkbox as Primitive } from 'radix-ui';
import { type ComponentProps, type ReactNode, useId } from 'react';
import { cn } from '../class-names.ts';

interface BoxProps extends Omit<ComponentProps<typeof Primitive.Root>, 'children'> {
  checked: boolean | 'indeterminate';
}

/** The bare box, for tables; needs an `aria-label`. The target is 24 px, the drawing 16. */
export function CheckboxBox({ checked, className, ...rest }: BoxProps) {
  return (
    <Primitive.Root
      checked={checked}
      {...rest}
      className={cn(
        'group flex size-6 shrink-0 cursor-default items-center justify-center rounded-sm focus-visible:outline-offset-0',
        className,
      )}
    >
      <span className="flex size-4 items-center justify-center rounded-xs border border-strong bg-bg text-on-accent group-not-data-[state=unchecked]:border-accent group-not-data-[state=unchecked]:bg-accent">
        <Primitive.Indicator>
          {checked === 'indeterminate' ? <Minus className="size-3" /> : <Check className="size-3" />}
        </Primitive.Indicator>
      </span>
    </Primitive.Root>
  );
}

interface CheckboxProps extends BoxProps {
  label: ReactNode;
  help?: ReactNode;
}

export function Checkbox({ label, help, ...rest }: CheckboxProps) {
  const id = useId();
  return (
    <div className="flex gap-2">
      <CheckboxBox {...rest} id={id} aria-describedby={help ? `${id}-help` : undefined} className="-ml-1" />
      <div className="grid min-w-0 py-0.5">
        <label htmlFor={id}>{label}</label>
        {help && (
          <p id={`${id}-help`} className="text-table text-muted">
            {help}
          </p>
        )}
      </div>
    </div>
  );
}
