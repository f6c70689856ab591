import { z } from 'zod';
import { appRouter } from '#server/trpc/root.ts';

/** Inputs for every procedure of the API, made from its own schemas: nothing new can be forgotten. */

export interface Procedure {
  path: string;
  type: 'query' | 'mutation' | 'subscription';
  /** All of its input; null when it takes none. */
  schema: Schema | null;
}

/** The part of JSON Schema that the inputs of the API use. */
export interface Schema {
  type?: string;
  const?: unknown;
  enum?: unknown[];
  format?: string;
  minimum?: number;
  minItems?: number;
  items?: Schema;
  properties?: Record<string, Schema>;
  required?: string[];
  oneOf?: Schema[];
  anyOf?: Schema[];
}

/** Where in an input a value stands: `snapshots`, `0`, `id`. */
export type Place = readonly string[];

export function procedures(): Procedure[] {
  return Object.entries(appRouter._def.procedures).map(([path, procedure]) => {
    // tRPC keeps type and inputs of a procedure in `_def`, untyped here.
    const { type, inputs } = (
      procedure as unknown as { _def: { type: Procedure['type']; inputs: z.ZodType[] } }
    )._def;
    const schemas = inputs.map((input) => z.toJSONSchema(input, { io: 'input', unrepresentable: 'any' }));
    const [first, ...more] = schemas as Schema[];
    if (more.length > 0) throw new Error(`${path} has several inputs; this looks at one.`);
    return { path, type, schema: first ?? null };
  });
}

/** A value of the right shape, every optional field included; `words` says what text a field of some name gets. */
export function plausible(schema: Schema, words: Record<string, string>, name = ''): unknown {
  const arm = schema.oneOf?.[0] ?? schema.anyOf?.[0];
  if (arm) return plausible(arm, words, name);
  if (schema.const !== undefined) return schema.const;
  if (schema.enum) return schema.enum[0];
  switch (schema.type) {
    case 'object':
      return Object.fromEntries(
        Object.entries(schema.properties ?? {})
          .filter(([, value]) => isSaid(value)) // not so a date, which JSON has no type for
          .map(([key, value]) => [key, plausible(value, words, key)]),
      );
    case 'array':
      return [plausible(schema.items ?? {}, words, name)];
    case 'boolean':
      return false;
    case 'integer':
    case 'number':
      return Math.max(schema.minimum ?? 1, 1);
    case 'null':
      return null;
    default:
      return words[name] ?? (schema.format === 'uuid' ? '00000000-0000-4000-8000-000000000000' : 'x');
  }
}

function isSaid({ type, const: only, enum: some, oneOf, anyOf }: Schema): boolean {
  const arm = oneOf?.[0] ?? anyOf?.[0];
  return arm ? isSaid(arm) : [type, only, some].some((word) => word !== undefined);
}

/** Every place in an input that holds a value and no further object, with its schema. */
export function places(schema: Schema, at: Place = []): { place: Place; schema: Schema }[] {
  const arm = schema.oneOf?.[0] ?? schema.anyOf?.[0];
  if (arm) return places(arm, at);
  if (schema.type === 'object')
    return Object.entries(schema.properties ?? {}).flatMap(([key, value]) => places(value, [...at, key]));
  if (schema.type === 'array') return places(schema.items ?? {}, [...at, '0']);
  return [{ place: at, schema }];
}

/** A copy of `input` with another value at one place. */
export function withValue(input: unknown, [key, ...rest]: Place, value: unknown): unknown {
  if (key === undefined) return value;
  if (Array.isArray(input))
    return input.map((item, at) => (String(at) === key ? withValue(item, rest, value) : item));
  const record = input as Record<string, unknown>;
  return { ...record, [key]: withValue(record[key], rest, value) };
}
