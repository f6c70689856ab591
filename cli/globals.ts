import { type Given, UsageError, type Values } from './command.ts';
import type { Environment } from './env.ts';
import { OUTPUT_FORMATS, type OutputFormat } from './print/printer.ts';
import { choice, flag, switchedOff, text } from './values.ts';

/** The options of every command. */
export const GLOBAL_OPTIONS = {
  server: text('--server <url>', 'Address of the console', { complete: 'server' }),
  tokenFile: text('--token-file <file>', 'File with the API token; - for standard input', {
    complete: 'file',
  }),
  output: choice('-o, --output <format>', OUTPUT_FORMATS, 'Form of the result (default: table)'),
  quiet: flag('-q, --quiet', 'Only results and errors: no progress, no hints'),
  color: switchedOff('--no-color', 'No colours'),
} satisfies Values;

export interface Globals {
  server: string | null;
  tokenFile: string | null;
  output: OutputFormat;
  quiet: boolean;
  color: boolean;
}

export function readGlobals(given: Given<typeof GLOBAL_OPTIONS>, environment: Environment): Globals {
  return {
    server: given.server ?? null,
    tokenFile: given.tokenFile ?? null,
    output: given.output ?? outputOf(environment),
    quiet: given.quiet ?? false,
    color: given.color && environment.color,
  };
}

function outputOf(environment: Environment): OutputFormat {
  if (environment.output === null) return 'table';
  const found = OUTPUT_FORMATS.find((format) => format === environment.output);
  if (found) return found;
  throw new UsageError(
    `IBS_OUTPUT is ${JSON.stringify(environment.output)}.`,
    `Set it to ${OUTPUT_FORMATS.join(', ')}, or unset it.`,
  );
}
