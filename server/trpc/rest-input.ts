import { BackupError } from '#domain/errors.ts';
import { armsOf, fieldsOf, type JsonSchema, type ProcedureFacts } from './procedures.ts';

/**
 * Inputs of procedures as they come over plain HTTP: fields of a query as parameters of the address, those of a change as a
 * JSON body, dates as text. A field that the procedure does not know is refused: a misspelt `dryRun` must not delete.
 */

export function inputFromQuery({ schema, path }: ProcedureFacts, query: URLSearchParams): unknown {
  const fields = fieldsOf(schema);
  requireKnown(path, fields, [...query.keys()]);
  if (schema === null) return undefined;
  const names = [...new Set(query.keys())];
  return Object.fromEntries(
    names.map((name) => [name, parameterOf(fields.get(name) ?? {}, query.getAll(name), name)]),
  );
}

export async function inputFromBody({ schema, path }: ProcedureFacts, request: Request): Promise<unknown> {
  const text = await request.text();
  if (text.trim() === '') return schema === null ? undefined : {};
  const type = request.headers.get('content-type') ?? '';
  if (!/^application\/json\b/i.test(type)) {
    throw new BackupError('INPUT_INVALID', 'A change is sent as JSON.', {
      hint: 'Content-Type: application/json',
    });
  }
  const body = parseJson(text, 'The body is not JSON.');
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw new BackupError('INPUT_INVALID', 'The body is one JSON object with the fields of the input.');
  }
  requireKnown(path, fieldsOf(schema), Object.keys(body));
  return schema === null ? undefined : withDates(schema, body);
}

function requireKnown(path: string, fields: ReadonlyMap<string, unknown>, names: readonly string[]): void {
  const unknown = names.find((name) => !fields.has(name));
  if (unknown === undefined) return;
  const known = fields.size > 0 ? `It knows ${[...fields.keys()].join(', ')}.` : 'It takes no input.';
  throw new BackupError('INPUT_INVALID', `${path} has no field ${JSON.stringify(unknown.slice(0, 64))}.`, {
    field: unknown.slice(0, 64),
    hint: known,
  });
}

/** What stands in an address is text; the schema says what was meant. */
function parameterOf(schema: JsonSchema, texts: readonly string[], field: string): unknown {
  const arms = armsOf(schema);
  const list = arms.find((arm) => arm.type === 'array');
  if (list) return texts.map((text) => scalarOf(armsOf(list.items ?? {}), text, field));
  if (texts.length > 1) throw new BackupError('INPUT_INVALID', `${field} may be given once.`, { field });
  return scalarOf(arms, texts[0] ?? '', field);
}

function scalarOf(arms: readonly JsonSchema[], text: string, field: string): unknown {
  const allows = (type: string) => arms.some((arm) => arm.type === type);
  if ((allows('number') || allows('integer')) && /^-?\d+(\.\d+)?$/.test(text)) return Number(text);
  if (allows('boolean') && (text === 'true' || text === 'false')) return text === 'true';
  if (allows('null') && text === 'null') return null;
  if (allows('object')) return parseJson(text, `${field} is a JSON object.`, field);
  if (arms.some((arm) => arm.format === 'date-time')) return dateOf(text, field);
  return text;
}

function parseJson(text: string, message: string, field?: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new BackupError('INPUT_INVALID', message, { ...(field ? { field } : {}), cause });
  }
}

/** The same value with text as dates wherever the schema has one. */
function withDates(schema: JsonSchema, value: unknown, field = ''): unknown {
  const arms = armsOf(schema);
  if (typeof value === 'string') {
    return arms.some((arm) => arm.format === 'date-time') ? dateOf(value, field) : value;
  }
  if (Array.isArray(value)) {
    const items = arms.find((arm) => arm.type === 'array')?.items;
    return items ? value.map((each, index) => withDates(items, each, `${field}.${index}`)) : value;
  }
  if (typeof value !== 'object' || value === null) return value;
  const fields = fieldsOf(schema);
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => {
      const place = field === '' ? name : `${field}.${name}`;
      return [name, withDates(fields.get(name) ?? {}, inner, place)];
    }),
  );
}

function dateOf(text: string, field: string): Date {
  const at = /^\d{4}-\d\d-\d\dT/.test(text) ? new Date(text) : new Date(Number.NaN);
  if (!Number.isNaN(at.getTime())) return at;
  throw new BackupError('INPUT_INVALID', `${field} is a time such as 2027-01-31T00:00:00Z.`, { field });
}
