'use client';

import { Switch as Primitive } from 'radix-ui';
import { type ReactNode, useId } from 'react';

interface SwitchProps {
  checked: boolean;
  onChange: (checked: boolean) => void;
  label: ReactNode;
  help?: ReactNode;
}

/** Takes effect at once; what is saved by a button is a Checkbox. */
export function Switch({ checked, onChange, label, help }: SwitchProps) {
  const id = useId();
  return (
    <div className="flex items-start justify-between gap-4">
      <div className="grid min-w-0 gap-0.5">
        <label htmlFor={id} className="font-medium">
          {label}
        </label>
        {help && (
          <p id={`${id}-help`} className="text-table text-muted">
            {help}
          </p>
        )}
      </div>
      <Primitive.Root
        id={id}
        checked={checked}
        onCheckedChange={onChange}
        aria-describedby={help ? `${id}-help` : undefined}
        className="group flex h-6 w-10 shrink-0 cursor-default items-center rounded-full"
      >
        <span className="flex h-5 w-9 items-center rounded-full border border-strong bg-selected px-0.5 group-data-[state=checked]:border-accent group-data-[state=checked]:bg-accent">
          <Primitive.Thumb className="block size-3.5 rounded-full bg-muted transition-transform duration-150 data-[state=checked]:translate-x-4 data-[state=checked]:bg-on-accent" />
        </span>
      </Primitive.Root>
    </div>
  );
}
