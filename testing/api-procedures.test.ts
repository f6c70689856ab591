import { expect, test } from 'vitest';
import { z } from 'zod';
import type { ProcedureMeta } from '#server/trpc/init.ts';
import { appRouter } from '#server/trpc/root.ts';

/** The list of procedures in the documentation: made from the router itself, and written anew by `vitest -u`. */

interface Procedure {
  type: 'query' | 'mutation' | 'subscription';
  inputs: z.ZodType[];
  meta?: ProcedureMeta;
}

const HOW = { query: 'GET', mutation: 'POST', subscription: 'GET, stream' } as const;

const BEFORE = `# Procedures of the API

<!-- Made from the router by testing/api-procedures.test.ts: vitest run --project unit testing/api-procedures.test.ts -u -->

How to call them is said in [api.md](api.md). Fields with \`?\` may be left out; domain/ has the rules for each value.
Everything but \`setup\` wants a valid token or session. What is marked with _password_ cannot be taken back or hands out
rights: a session that has not typed its password for 10 minutes is refused with \`PASSWORD_NEEDED\` until it calls
\`session.provePassword\`; a dry run, an update of a user without a new password, and changes of a datastore that touch
neither keep rules nor the schedule of its prune are not.
`;

test('docs/api-procedures.md lists every procedure with its input, and no other', async () => {
  await expect(procedureDocs()).toMatchFileSnapshot('../docs/api-procedures.md');
});

function procedureDocs(): string {
  const nouns = Map.groupBy(procedures(), ([path]) => path.split('.')[0] ?? '');
  return `${BEFORE}\n${[...nouns].map(([noun, entries]) => section(noun, entries)).join('\n')}`;
}

function procedures(): [string, Procedure][] {
  return Object.entries(appRouter._def.procedures).map(([path, procedure]) => {
    // tRPC keeps type and inputs of a procedure in `_def`, untyped here.
    return [path, (procedure as unknown as { _def: Procedure })._def];
  });
}

function section(noun: string, entries: [string, Procedure][]): string {
  const rows = entries.map(([path, { type, inputs, meta }]) => [
    `\`${path}\``,
    meta?.wantsPassword ? `${HOW[type]}, _password_` : HOW[type],
    inputWords(inputs),
  ]);
  const all = [['Procedure', 'HTTP', 'Input'], ...rows];
  const widths = [0, 1, 2].map((column) => Math.max(...all.map((row) => (row[column] ?? '').length)));
  const lines = all.map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)));
  lines.splice(
    1,
    0,
    widths.map((width) => '-'.repeat(width)),
  );
  return `## ${noun}\n\n${lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n')}\n`;
}

function inputWords(inputs: z.ZodType[]): string {
  const words = inputs.flatMap((input) => {
    const schema = z.toJSONSchema(input, { io: 'input', unrepresentable: 'any' }) as JsonSchema;
    return fields(schema);
  });
  return words.length === 0 ? 'none' : words.map((word) => `\`${word}\``).join(', ');
}

interface JsonSchema {
  properties?: Record<string, unknown>;
  required?: string[];
  oneOf?: JsonSchema[];
  anyOf?: JsonSchema[];
}

function fields(schema: JsonSchema): string[] {
  const arms = schema.oneOf ?? schema.anyOf;
  if (arms) return [...new Set(arms.flatMap(fields))];
  const required = new Set(schema.required);
  return Object.keys(schema.properties ?? {}).map((name) => (required.has(name) ? name : `${name}?`));
}
