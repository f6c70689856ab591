import { z } from 'zod';
import './limit-words.ts';
import type { Result } from './result.ts';

/**
 * A zod schema around one of the parsers of this room, so that each rule has one home and forms, API and CLI
 * report it with the same words. The problem's code and hint travel in `params`.
 */
export function schemaOf<T>(parse: (text: string) => Result<T>): z.ZodType<T, string> {
  return z.string().transform((text, context) => {
    const parsed = parse(text);
    if (parsed.ok) return parsed.value;
    context.addIssue({ code: 'custom', message: parsed.problem.message, params: { ...parsed.problem } });
    return z.NEVER;
  });
}
