import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ERROR_CODES, type ErrorCode, type Kind, type Retry } from '#domain/errors.ts';

/** Writes `docs/errors.md` from the registry of error codes: `node scripts/write-error-docs.ts`. */

export const ERROR_DOCS = join(import.meta.dirname, '..', 'docs', 'errors.md');

/** The HTTP status that the API answers with, as tRPC maps it. */
export const HTTP_STATUS: Record<Kind, number> = {
  BAD_REQUEST: 400,
  UNAUTHORIZED: 401,
  FORBIDDEN: 403,
  NOT_FOUND: 404,
  CONFLICT: 409,
  PRECONDITION_FAILED: 412,
  PAYLOAD_TOO_LARGE: 413,
  TOO_MANY_REQUESTS: 429,
  SERVICE_UNAVAILABLE: 503,
  INTERNAL_SERVER_ERROR: 500,
};

const RETRY_WORDS: Record<Retry, string> = { never: 'no', later: 'later', now: 'at once' };

const HEAD = ['Code', 'Meaning', 'HTTP', 'Exit', 'Try again'];

const BEFORE = `# Errors

<!-- Made by scripts/write-error-docs.ts from domain/errors.ts; a test compares them. -->

Every failure that a user can meet has one code that does not change. The console shows it with the message, the API
sends it as \`data.ibs.code\` (see [api.md](api.md)), and the command line prints it with \`--output json\` and ends with
the status in the column "Exit". "Try again" tells when the same request can succeed without a change: later, when what
stands in the way has ended; at once, when only the attempt was lost.

The backup gateway has statuses of its own, since existing clients expect them; see
[formats/protocol.md](formats/protocol.md).
`;

export function errorDocs(): string {
  const rows = (Object.keys(ERROR_CODES) as ErrorCode[]).map(rowOf);
  return `${BEFORE}\n${table([HEAD, ...rows])}\n`;
}

function rowOf(code: ErrorCode): string[] {
  const { kind, exit, retry, meaning } = ERROR_CODES[code];
  return [`\`${code}\``, meaning, String(HTTP_STATUS[kind]), String(exit), RETRY_WORDS[retry]];
}

function table(rows: string[][]): string {
  const widths = HEAD.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const lines = rows.map((row) => line(row.map((cell, column) => cell.padEnd(widths[column] ?? 0))));
  const rule = line(widths.map((width) => '-'.repeat(width)));
  return [lines[0], rule, ...lines.slice(1)].join('\n');
}

function line(cells: string[]): string {
  return `| ${cells.join(' | ')} |`;
}

if (import.meta.main) writeFileSync(ERROR_DOCS, errorDocs());
