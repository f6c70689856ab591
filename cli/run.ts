import { CommanderError } from 'commander';
import type { Clock } from '#domain/clock.ts';
import { BackupError } from '#domain/errors.ts';
import { type Context, type Given, UsageError } from './command.ts';
import { commandLineError, helpWords } from './command-line-error.ts';
import type { Api } from './connect/api.ts';
import { findServer, type ServerAccess } from './connect/find-server.ts';
import type { Environment } from './env.ts';
import { GLOBAL_OPTIONS, type Globals, readGlobals } from './globals.ts';
import { errorJson, errorLines, exitStatus } from './print/error.ts';
import { Printer } from './print/printer.ts';
import { painter } from './print/style.ts';
import { buildProgram, optionsOf, type ParseState, PROGRAM } from './program.ts';
import type { Terminal } from './terminal.ts';

/** One run of the command line, from its words to its exit status. The only place that catches errors. */

export interface RunInput {
  words: readonly string[];
  environment: Environment;
  terminal: Terminal;
  clock: Clock;
  signal: AbortSignal;
}

const USAGE_STATUS = 2;

export async function run(input: RunInput): Promise<number> {
  const { terminal, environment } = input;
  const state: ParseState = { parser: null, command: null, chosen: null };
  const output = {
    out: (text: string) => terminal.out(text),
    err: (text: string) => terminal.err(text),
    width: Math.min(terminal.outWidth ?? 100, 100),
  };
  const program = buildProgram(output, state);
  let status = 0;
  try {
    await program.parseAsync(helpWords(input.words), { from: 'user' });
    if (!state.chosen) return USAGE_STATUS;
    const given = optionsOf(program, GLOBAL_OPTIONS) as Given<typeof GLOBAL_OPTIONS>;
    const context = makeContext(input, readGlobals(given, environment), (wanted) => {
      status = wanted;
    });
    await state.chosen.command.run(context, state.chosen.given);
    return status;
  } catch (error) {
    if (error instanceof CommanderError && isHelp(error)) {
      // Help that was asked for is a result; help in place of a missing command is an error.
      return error.exitCode === 0 ? 0 : USAGE_STATUS;
    }
    const format = formatOf(program.getOptionValue('output'), environment);
    return report(input, state, format, ours(error));
  }
}

function makeContext(input: RunInput, globals: Globals, endWith: Context['endWith']): Context {
  const { environment, terminal, clock, signal } = input;
  const { unicode } = environment;
  const { output: format, quiet, color } = globals;
  const print = new Printer(terminal, { format, quiet, color, unicode, now: clock.now() });
  let access: Promise<ServerAccess> | null = null;
  let api: Promise<Api> | null = null;
  const server = () => {
    access ??= findServer(globals, environment, () => terminal.readAll());
    return access;
  };
  return {
    ...{ globals, environment, terminal, print, clock, signal, endWith, server },
    api: () => {
      api ??= server().then(async (found) => (await import('./connect/api.ts')).openApi(found, signal));
      return api;
    },
  };
}

function report(input: RunInput, state: ParseState, format: string, error: BackupError): number {
  const { terminal, environment } = input;
  if (format === 'json' || format === 'yaml') {
    terminal.err(`${errorJson(error)}\n`);
    return exitStatus(error);
  }
  const color = environment.color && !input.words.includes('--no-color') && terminal.errIsTerminal;
  const usage = error instanceof UsageError ? usageOf(state) : null;
  const values = { ...state.command?.arguments, ...state.command?.options };
  const options = { format: 'table' as const, quiet: false, color, unicode: environment.unicode, now: 0 };
  const printer = new Printer(terminal, options);
  for (const line of errorLines(error, { values, usage }, painter(color))) printer.warn(line);
  if (error.code === 'INTERNAL' && error.detail) terminal.err(`${error.detail}\n`);
  return exitStatus(error);
}

function usageOf({ parser }: ParseState): string {
  if (!parser) return `${PROGRAM} COMMAND [OPTIONS]`;
  const names: string[] = [];
  for (let at: typeof parser.parent = parser; at; at = at.parent) names.unshift(at.name());
  return `${names.join(' ')} ${parser.usage()}`;
}

function isHelp(error: CommanderError): boolean {
  return ['commander.help', 'commander.helpDisplayed', 'commander.version'].includes(error.code);
}

function ours(error: unknown): BackupError {
  if (error instanceof BackupError) return error;
  if (error instanceof Error && error.name === 'AbortError') return new BackupError('CANCELLED', 'Stopped.');
  if (!(error instanceof CommanderError)) {
    const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return new BackupError('INTERNAL', 'The command line met a defect of its own.', { detail, cause: error });
  }
  return commandLineError(error);
}

/** The form that was asked for, even where the rest of the command line could not be understood. */
function formatOf(given: unknown, environment: Environment): string {
  return typeof given === 'string' ? given : (environment.output ?? 'table');
}
