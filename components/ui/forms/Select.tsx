'use client';

import { ChevronDown } from 'lucide-react';
import type { ComponentProps } from 'react';
import { cn } from '../class-names.ts';
import { CONTROL_BOX } from './control-classes.ts';
import { useFieldControl } from './field-context.ts';

export interface SelectOption<Value extends string = string> {
  value: Value;
  label: string;
  disabled?: boolean;
}

interface SelectProps<Value extends string>
  extends Omit<ComponentProps<'select'>, 'value' | 'onChange' | 'children' | 'multiple'> {
  options: readonly SelectOption<Value>[];
  /** Undefined shows the placeholder. */
  value: Value | undefined;
  onChange: (value: Value) => void;
  placeholder?: string;
}

/** The browser's own list: it types ahead, scrolls and opens as a wheel on phones. globals.css dresses it. */
export function Select<Value extends string>({
  options,
  value,
  onChange,
  placeholder = 'Choose…',
  className,
  ...rest
}: SelectProps<Value>) {
  const field = useFieldControl();
  return (
    <div className={cn('relative min-w-0', className)}>
      <select
        {...field}
        {...rest}
        value={value ?? ''}
        onChange={(event) => onChange(event.target.value as Value)}
        className={cn(CONTROL_BOX, 'h-8 cursor-default truncate pr-8 pl-2.5', !value && 'text-muted')}
      >
        {value === undefined && (
          <option value="" disabled hidden>
            {placeholder}
          </option>
        )}
        {options.map((option) => (
          <option key={option.value} value={option.value} disabled={option.disabled}>
            {option.label}
          </option>
        ))}
      </select>
      <ChevronDown
        aria-hidden="true"
        className="pointer-events-none absolute top-2 right-2 size-4 text-muted"
      />
    </div>
  );
}
