'use client';

import { zodResolver } from '@hookform/resolvers/zod';
import { useState } from 'react';
import { type DefaultValues, type FieldValues, type Path, useForm } from 'react-hook-form';
import type { z } from 'zod';
import type { ErrorDetails } from '../ui/error-details.ts';
import { errorDetails, fieldErrors } from './api-error.ts';

/**
 * A form that checks by the same schema as the server: on leaving a field and on submit. What the server refuses
 * lands on its field and takes the focus; what belongs to no field is the `problem`.
 */
export function useZodForm<Input extends FieldValues, Output>(
  schema: z.ZodType<Output, Input>,
  defaultValues: DefaultValues<Input>,
) {
  const form = useForm<Input, unknown, Output>({
    resolver: zodResolver(schema),
    defaultValues,
    mode: 'onTouched',
  });
  const [problem, setProblem] = useState<ErrorDetails | null>(null);

  const refuse = (error: unknown) => {
    const known = Object.entries(fieldErrors(error)).filter(([field]) => field in form.getValues());
    for (const [index, [field, message]] of known.entries()) {
      form.setError(field as Path<Input>, { message }, { shouldFocus: index === 0 });
    }
    if (known.length === 0) setProblem(errorDetails(error));
  };

  const submit = (send: (input: Output) => Promise<unknown>) =>
    form.handleSubmit(async (input) => {
      setProblem(null);
      try {
        await send(input);
      } catch (error) {
        refuse(error);
      }
    });

  return { form, problem, setProblem, submit };
}
