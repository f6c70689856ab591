import { z } from 'zod';
import type { ProcedureMeta } from './init.ts';
import { appRouter } from './root.ts';

/** What the router knows of its procedures, for everything that is made from it. */

export interface ProcedureFacts {
  /** `noun.verb` */
  path: string;
  type: 'query' | 'mutation' | 'subscription';
  meta: ProcedureMeta;
  /** Of its input, as it goes over the wire; null when it takes none. */
  schema: JsonSchema | null;
}

/** The part of JSON Schema that our inputs come to. */
export interface JsonSchema {
  type?: string;
  format?: string;
  properties?: Record<string, JsonSchema>;
  required?: string[];
  items?: JsonSchema;
  anyOf?: JsonSchema[];
  oneOf?: JsonSchema[];
  allOf?: JsonSchema[];
  additionalProperties?: boolean | JsonSchema;
  [more: string]: unknown;
}

let known: ReadonlyMap<string, ProcedureFacts> | null = null;

/** By path; made when it is first asked for. */
export function procedures(): ReadonlyMap<string, ProcedureFacts> {
  known ??= new Map(
    Object.entries(appRouter._def.procedures).map(([path, each]) => [path, factsOf(path, each)]),
  );
  return known;
}

function factsOf(path: string, procedure: unknown): ProcedureFacts {
  // tRPC keeps type and inputs of a procedure in `_def`, untyped here.
  const { type, inputs, meta } = (procedure as { _def: Definition })._def;
  const [input] = inputs;
  return { path, type, meta: meta ?? {}, schema: input ? jsonSchemaOf(input) : null };
}

interface Definition {
  type: ProcedureFacts['type'];
  inputs: z.ZodType[];
  meta?: ProcedureMeta;
}

function jsonSchemaOf(input: z.ZodType): JsonSchema {
  const { $schema: _, ...schema } = z.toJSONSchema(input, {
    io: 'input',
    unrepresentable: 'any',
    // Two that are alike may be different things to whoever changes one of them.
    reused: 'inline',
    override: ({ zodSchema, jsonSchema }) => {
      if (zodSchema._zod.def.type === 'date')
        Object.assign(jsonSchema, { type: 'string', format: 'date-time' });
    },
  });
  return schema as JsonSchema;
}

/** The alternatives of a schema, or itself. */
export function armsOf(schema: JsonSchema): readonly JsonSchema[] {
  const arms = schema.anyOf ?? schema.oneOf ?? schema.allOf;
  return arms ? arms.flatMap(armsOf) : [schema];
}

/** Every field that an input may have, of all its alternatives. */
export function fieldsOf(schema: JsonSchema | null): Map<string, JsonSchema> {
  return new Map(schema ? armsOf(schema).flatMap(({ properties = {} }) => Object.entries(properties)) : []);
}
