import { type BackupError, ERROR_CODES } from '#domain/errors.ts';
import type { Values } from '../command.ts';
import { ServerError } from '../connect/server-error.ts';
import type { Paint } from './style.ts';
import { visible } from './visible-text.ts';

/** A failure as people read it: what happened, what to do, and the names under which logs know it. */

export interface ErrorPlace {
  /** Arguments and options of the command, to name fields as they were typed. */
  values: Values;
  /** The usage line, for a command line that is wrong itself. */
  usage: string | null;
}

export function errorLines(error: BackupError, place: ErrorPlace, paint: Paint): string[] {
  const fields = error instanceof ServerError ? error.fields : [];
  // Where several values are refused, each has its own hint.
  const hint = fields.length > 1 ? [] : (error.hint?.split('\n').filter((line) => line !== '') ?? []);
  // Stopping by Ctrl-C is no error: it was the wish of the person at the terminal.
  if (error.code === 'CANCELLED') return [visible(error.message), ...hint.map(visible)];
  return [
    ...messageLines(error, fields, place.values, paint),
    ...hint.map((line) => `${paint('info', 'hint:')} ${visible(line)}`),
    ...(place.usage ? [`usage: ${place.usage}`] : [paint('dim', `(${references(error).join(', ')})`)]),
  ];
}

function messageLines(
  error: BackupError,
  fields: ServerError['fields'],
  values: Values,
  paint: Paint,
): string[] {
  const label = paint('bad', 'error:');
  if (fields.length <= 1) {
    const field = fields[0]?.field ?? '';
    const name = flagOf(field, values) || field || ownFlag(error, values);
    return [`${label} ${visible(name ? `${name}: ${error.message}` : error.message)}`];
  }
  return [
    `${label} ${fields.length} values are refused.`,
    ...fields.map(({ field, message, hint }) =>
      visible(`  ${flagOf(field, values) || field}: ${message}${hint ? ` ${hint}` : ''}`),
    ),
  ];
}

/** Which value is wrong, where it was refused before a server saw it; of what is missing the message says all. */
function ownFlag(error: BackupError, values: Values): string {
  const isWrong = exitStatus(error) === ERROR_CODES.INPUT_INVALID.exit;
  return isWrong && error.field !== undefined ? flagOf(error.field, values) : '';
}

/** The option or argument that a field of the API came from; empty when there is none. */
export function flagOf(field: string, values: Values): string {
  const [first = ''] = field.split('.');
  for (const [key, value] of Object.entries(values)) {
    if ((value.field ?? key) !== first) continue;
    return /--[\w-]+/.exec(value.flags)?.[0] ?? value.flags.replace(/[<>[\].]/g, '').toUpperCase();
  }
  return '';
}

function references(error: BackupError): string[] {
  const { requestId, taskId } = error instanceof ServerError ? error : { requestId: null, taskId: null };
  return [error.code, ...(requestId ? [`request ${requestId}`] : []), ...(taskId ? [`task ${taskId}`] : [])];
}

/** One line, so that the last line of standard error can always be parsed. */
export function errorJson(error: BackupError): string {
  const { code, message, hint, field } = error;
  const server = error instanceof ServerError ? error : null;
  return JSON.stringify({
    error: {
      code,
      message,
      ...(hint ? { hint } : {}),
      ...(field ? { field } : {}),
      ...(server && server.fields.length > 0 ? { fields: server.fields } : {}),
      ...(server?.requestId ? { requestId: server.requestId } : {}),
      ...(server?.taskId ? { taskId: server.taskId } : {}),
      exit: exitStatus(error),
    },
  });
}

export function exitStatus(error: BackupError): number {
  return ERROR_CODES[error.code].exit;
}
