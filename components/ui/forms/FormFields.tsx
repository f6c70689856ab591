'use client';

import type { ComponentProps, ReactNode } from 'react';
import { Controller, type FieldPath, type FieldValues, type UseFormReturn } from 'react-hook-form';
import { Field } from './Field.tsx';
import { Input, Textarea } from './Input.tsx';
import { PasswordInput } from './PasswordInput.tsx';
import { Select, type SelectOption } from './Select.tsx';

/** The usual fields of a form: label, control, error and help from one line. */

interface FormFieldProps<Values extends FieldValues, Output> {
  form: UseFormReturn<Values, unknown, Output>;
  name: FieldPath<Values>;
  label: string;
  help?: ReactNode;
  required?: boolean;
  optional?: boolean;
  className?: string;
}

type TextProps = Omit<ComponentProps<'input'>, 'form' | 'name' | 'required' | 'className' | 'onChange'> & {
  /** Identifiers, paths and addresses. */
  mono?: boolean;
  onText?: (text: string) => void;
};

export function TextField<Values extends FieldValues, Output>({
  form,
  name,
  label,
  help,
  required,
  optional,
  className,
  mono = false,
  onText,
  ...rest
}: FormFieldProps<Values, Output> & TextProps) {
  const { error } = form.getFieldState(name, form.formState);
  return (
    <Field {...{ label, help, required, optional, className }} error={error?.message}>
      <Input
        autoComplete="off"
        spellCheck={false}
        {...rest}
        {...form.register(name, { onChange: (event) => onText?.(event.target.value) })}
        className={mono ? 'font-mono' : undefined}
      />
    </Field>
  );
}

export function TextareaField<Values extends FieldValues, Output>({
  form,
  name,
  label,
  help,
  required,
  optional,
  className,
  rows,
}: FormFieldProps<Values, Output> & { rows?: number }) {
  const { error } = form.getFieldState(name, form.formState);
  return (
    <Field {...{ label, help, required, optional, className }} error={error?.message}>
      <Textarea rows={rows} {...form.register(name)} />
    </Field>
  );
}

export function PasswordField<Values extends FieldValues, Output>({
  form,
  name,
  label,
  help,
  required,
  className,
  autoComplete,
}: FormFieldProps<Values, Output> & { autoComplete: 'new-password' | 'current-password' }) {
  const { error } = form.getFieldState(name, form.formState);
  return (
    <Field {...{ label, help, required, className }} error={error?.message}>
      <PasswordInput {...form.register(name)} autoComplete={autoComplete} />
    </Field>
  );
}

export function SelectField<Values extends FieldValues, Output>({
  form,
  name,
  label,
  help,
  required,
  optional,
  className,
  options,
}: FormFieldProps<Values, Output> & { options: readonly SelectOption[] }) {
  return (
    <Controller
      control={form.control}
      name={name}
      render={({ field: { value, ...field }, fieldState: { error } }) => (
        <Field {...{ label, help, required, optional, className }} error={error?.message}>
          <Select {...field} value={String(value ?? '')} options={options} />
        </Field>
      )}
    />
  );
}
