import { ERROR_CODES } from '#domain/errors.ts';
import manifest from '../../package.json' with { type: 'json' };
import { fieldsOf, type JsonSchema, type ProcedureFacts, procedures } from './procedures.ts';
import { isRest, REST_ENDPOINT } from './serve-rest.ts';

/** The description of the API for programs, as OpenAPI 3.1: made from the router itself, so that it cannot be out of date. */
export function openApiDocument(): object {
  const all = [...procedures().values()].filter(isRest);
  return {
    openapi: '3.1.0',
    info: {
      title: 'Ironcore Backup Solution',
      version: manifest.version,
      description: 'docs/api-automation.md tells how to use it, docs/errors.md what its codes mean.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: REST_ENDPOINT }],
    security: [{ token: [] }],
    tags: [...new Set(all.map(nounOf))].map((name) => ({ name })),
    paths: Object.fromEntries(all.map((each) => [`/${each.path.replace('.', '/')}`, pathItem(each)])),
    components: {
      securitySchemes: {
        token: { type: 'http', scheme: 'bearer', description: 'An API token: `user@realm!name:secret`.' },
      },
      parameters: {
        idempotencyKey: {
          name: 'Idempotency-Key',
          in: 'header',
          description:
            'The same change with the same key is made once within 24 hours, and answered with the same.',
          schema: { type: 'string', minLength: 1, maxLength: 255 },
        },
      },
      responses: {
        problem: {
          description: 'It was refused or failed; `code` says why.',
          content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/problem' } } },
        },
      },
      schemas: { problem: PROBLEM },
    },
  };
}

function nounOf({ path }: ProcedureFacts): string {
  return path.split('.')[0] ?? '';
}

function pathItem(procedure: ProcedureFacts): object {
  const { path, type, schema } = procedure;
  const shared = {
    operationId: path,
    tags: [nounOf(procedure)],
    responses: {
      200: { description: 'The answer.', content: { 'application/json': { schema: {} } } },
      204: { description: 'It is done, and there is nothing to say.' },
      default: { $ref: '#/components/responses/problem' },
    },
  };
  if (type === 'query') return { get: { ...shared, parameters: parametersOf(schema) } };
  const body = schema && {
    requestBody: {
      required: armsRequire(schema),
      content: { 'application/json': { schema: schema } },
    },
  };
  return { post: { ...shared, parameters: [{ $ref: '#/components/parameters/idempotencyKey' }], ...body } };
}

function parametersOf(schema: JsonSchema | null): object[] {
  const required = new Set(schema?.required);
  return [...fieldsOf(schema)].map(([name, field]) => {
    const shared = { name, in: 'query', required: required.has(name) };
    return isObject(field)
      ? { ...shared, content: { 'application/json': { schema: field } } }
      : { ...shared, schema: field };
  });
}

function isObject(schema: JsonSchema): boolean {
  return schema.type === 'object' || (schema.anyOf ?? []).some((arm) => arm.type === 'object');
}

function armsRequire(schema: JsonSchema): boolean {
  return (schema.required ?? []).length > 0 || (schema.anyOf ?? schema.oneOf ?? []).some(armsRequire);
}

const TEXT = { type: 'string' } as const;

const PROBLEM = {
  type: 'object',
  required: ['type', 'title', 'status', 'detail', 'code', 'requestId', 'retry'],
  properties: {
    type: { type: 'string', format: 'uri' },
    title: TEXT,
    status: { type: 'integer' },
    detail: TEXT,
    code: { type: 'string', enum: Object.keys(ERROR_CODES) },
    hint: TEXT,
    field: TEXT,
    fields: {
      type: 'array',
      items: {
        type: 'object',
        required: ['field', 'message', 'code'],
        properties: { field: TEXT, message: TEXT, code: TEXT, hint: TEXT },
      },
    },
    needs: {
      type: 'object',
      required: ['anyOf', 'path'],
      properties: { anyOf: { type: 'array', items: TEXT }, path: TEXT },
    },
    requestId: TEXT,
    retry: { type: 'string', enum: ['never', 'later', 'now'] },
  },
} as const;
