import type { Clock } from '#domain/clock.ts';
import { BackupError } from '#domain/errors.ts';
import type { Api } from './connect/api.ts';
import type { ServerAccess } from './connect/find-server.ts';
import type { Environment } from './env.ts';
import type { Globals } from './globals.ts';
import type { Printer } from './print/printer.ts';
import type { Terminal } from './terminal.ts';

/**
 * What a command is: its arguments and options as values, and a function that is given what they mean. Help,
 * parsing, completion and the naming of refused fields are all read from here.
 */

/** What completion can offer for a value. */
export type ValueSource =
  | 'datastore'
  | 'namespace'
  | 'group'
  | 'snapshot'
  | 'trash'
  | 'job'
  | 'archive'
  | 'task'
  | 'user'
  | 'principal'
  | 'grantee'
  | 'role'
  | 'customRole'
  | 'userGroup'
  | 'token'
  | 'setting'
  | 'server'
  | 'file'
  | 'directory';

/** One argument or option; `T` is what the command is given for it. */
export interface Value<T> {
  /** `--name <name>`, `-y, --yes`, `--no-wait`; of an argument `<name>`, `[name]` or `<names...>`. */
  flags: string;
  about: string;
  /** The value from its text; throws UsageError. */
  parse?: (text: string) => unknown;
  choices?: readonly string[];
  required?: boolean;
  /** May be given more than once; the values come as a list. */
  repeats?: boolean;
  complete?: ValueSource;
  /** Name in the API when it is another one, so that a refusal can point at the right flag. */
  field?: string;
  /** Only for the compiler. */
  readonly type?: T;
}

// The values of one command have different types; each is checked where the command is defined.
// biome-ignore lint/suspicious/noExplicitAny: the erased form of a list of differently typed values
export type Values = Record<string, Value<any>>;
export type Given<S extends Values> = { [K in keyof S]: S[K] extends Value<infer T> ? T : never };

export interface Context {
  globals: Globals;
  environment: Environment;
  terminal: Terminal;
  print: Printer;
  clock: Clock;
  /** Aborted by Ctrl-C. */
  signal: AbortSignal;
  /** The exit status of a command that has an answer rather than a failure. */
  endWith(status: number): void;
  /** Where the server is and how we prove who we are; SERVER_UNREACHABLE or AUTH_REQUIRED when that is not known. */
  server(): Promise<ServerAccess>;
  api(): Promise<Api>;
}

export interface Definition<A extends Values, O extends Values> {
  /** More than the summary says, in a few lines. */
  about?: string;
  examples: readonly string[];
  arguments?: A;
  options?: O;
  run(context: Context, given: Given<A & O>): Promise<void>;
}

/** A definition whose types have done their work. */
export interface Command {
  about: string;
  examples: readonly string[];
  arguments: Values;
  options: Values;
  run(context: Context, given: Record<string, unknown>): Promise<void>;
}

// biome-ignore lint/complexity/noBannedTypes: a command without arguments or options has none
type None = {};

export function defineCommand<A extends Values = None, O extends Values = None>(
  definition: Definition<A, O>,
): Command {
  return {
    about: definition.about ?? '',
    examples: definition.examples,
    arguments: definition.arguments ?? {},
    options: definition.options ?? {},
    // What is given was collected by the very names and parsers of this definition.
    run: (context, given) => definition.run(context, given as Given<A & O>),
  };
}

/** The command line itself is wrong; shown with the usage of the command. */
export class UsageError extends BackupError {
  constructor(message: string, hint?: string) {
    super('INPUT_INVALID', message, hint === undefined ? {} : { hint });
    this.name = 'UsageError';
  }
}
