import { Argument, Option, Command as Parser } from 'commander';
import { type Command, UsageError, type Value, type Values } from './command.ts';
import { COMMANDS, type CommandEntry, NOUNS } from './commands/registry.ts';
import { GLOBAL_OPTIONS } from './globals.ts';
import { formatHelp } from './print/help.ts';
import { VERSION } from './version.ts';

/** The commands as commander knows them. The file of a command is loaded when it is the one that is meant. */

export const PROGRAM = 'ironcore-backup';

export interface ProgramOutput {
  out: (text: string) => void;
  err: (text: string) => void;
  width: number;
}

/** How far parsing got; when it fails, the error message is made from it. */
export interface ParseState {
  /** The innermost command that was recognised. */
  parser: Parser | null;
  command: Command | null;
  /** What is to be run, once everything was understood. */
  chosen: { command: Command; given: Record<string, unknown> } | null;
}

export function buildProgram(output: ProgramOutput, state: ParseState): Parser {
  const program = new Parser(PROGRAM);
  program
    .usage('COMMAND [OPTIONS]')
    .description('Backup datastores, snapshots, tasks and access of an Ironcore Backup server.')
    .helpCommand(false)
    .version(VERSION, '-V, --version', 'Show the version')
    .addHelpText('after', `\nHow a command is used: ${PROGRAM} COMMAND --help`);
  settle(program, output);
  addOptions(program, GLOBAL_OPTIONS);
  for (const entry of COMMANDS) addCommand(program, entry, state);
  loadBeforeParsing(program, state);
  return program;
}

/** Settings that commands inherit from the command above them. */
function settle(program: Parser, output: ProgramOutput): void {
  program
    .helpOption('-h, --help', 'Show this')
    .configureHelp({ showGlobalOptions: true, formatHelp })
    .configureOutput({
      writeOut: output.out,
      writeErr: output.err,
      getOutHelpWidth: () => output.width,
      getErrHelpWidth: () => output.width,
      outputError: () => {}, // errors are printed in one place only
    })
    .exitOverride();
}

/** Which entry a parser stands for. */
const entries = new WeakMap<Parser, CommandEntry>();

function addCommand(program: Parser, entry: CommandEntry, state: ParseState): void {
  const [noun = '', verb] = entry.name.split(' ');
  const parent = verb === undefined ? program : nounOf(program, noun, state);
  const parser = parent.command(verb ?? noun, { hidden: entry.hidden ?? false });
  entries.set(parser.summary(entry.summary), entry);
}

function nounOf(program: Parser, noun: string, state: ParseState): Parser {
  const known = program.commands.find((command) => command.name() === noun);
  if (known) return known;
  const parser = program
    .command(noun)
    .usage('COMMAND [OPTIONS]')
    .description(NOUNS[noun] ?? '');
  parser.helpCommand(false);
  loadBeforeParsing(parser, state);
  return parser;
}

function loadBeforeParsing(parent: Parser, state: ParseState): void {
  parent.hook('preSubcommand', async (_, parser) => {
    state.parser = parser;
    const entry = entries.get(parser);
    if (!entry) return;
    const { command } = await entry.load();
    state.command = command;
    configure(parser, entry, command, state);
  });
}

function configure(parser: Parser, entry: CommandEntry, command: Command, state: ParseState): void {
  parser.description([`${entry.summary}.`, command.about].filter(Boolean).join('\n\n'));
  for (const value of Object.values(command.arguments)) parser.addArgument(argumentOf(value));
  addOptions(parser, command.options);
  parser.usage(usageOf(command));
  const heading = command.examples.length === 1 ? 'Example:' : 'Examples:';
  parser.addHelpText(
    'after',
    `\n${heading}\n${command.examples.map((example) => `  ${example}`).join('\n')}`,
  );
  parser.action(() => {
    const given = { ...argumentsOf(parser, command), ...optionsOf(parser, command.options) };
    requireOptions(command, given);
    state.chosen = { command, given };
  });
}

/** All that are missing at once, and only after unknown ones were refused: `--nam` is a slip, not a missing name. */
function requireOptions(command: Command, given: Record<string, unknown>): void {
  const missing = Object.entries(command.options).filter(
    ([key, option]) => option.required && given[key] === undefined,
  );
  if (missing.length === 0) return;
  throw new UsageError(`Missing: ${missing.map(([, option]) => option.flags).join(', ')}.`);
}

/** Arguments, then what must be given, then the rest in short. */
function usageOf(command: Command): string {
  const options = Object.values(command.options);
  const required = options.filter((option) => option.required).map((option) => option.flags);
  return [...Object.values(command.arguments).map((value) => value.flags), ...required, '[OPTIONS]'].join(
    ' ',
  );
}

function argumentOf(value: Value<unknown>): Argument {
  const argument = new Argument(value.flags, aboutOf(value));
  return argument.argParser(reader(value, argument.name().toUpperCase()));
}

function addOptions(parser: Parser, values: Values): void {
  for (const value of Object.values(values)) {
    const option = new Option(value.flags, aboutOf(value));
    if (option.required) option.argParser(reader(value, option.long ?? value.flags));
    parser.addOption(option);
  }
}

function aboutOf({ about, choices }: Value<unknown>): string {
  return choices ? `${about}: ${choices.join(', ')}` : about;
}

/** What stands for null while commander has it, which makes an empty text of null. */
const NOTHING = Symbol('nothing');

function orNull(value: unknown): unknown {
  return value === NOTHING ? null : value;
}

/** Reads the text of a value, or says which one is wrong; values that repeat are collected. */
function reader(value: Value<unknown>, name: string): (text: string, before: unknown) => unknown {
  const read = (text: string): unknown => {
    if (value.choices && !value.choices.includes(text)) {
      const hint = `Use one of: ${value.choices.join(', ')}.`;
      throw new UsageError(`${name}: ${JSON.stringify(text)} is not known.`, hint);
    }
    try {
      return value.parse ? value.parse(text) : text;
    } catch (error) {
      throw error instanceof UsageError ? new UsageError(`${name}: ${error.message}`, error.hint) : error;
    }
  };
  if (!value.repeats) return (text) => read(text) ?? NOTHING;
  return (text, before) => [...(Array.isArray(before) ? before : []), read(text)];
}

function argumentsOf(parser: Parser, command: Command): Record<string, unknown> {
  const keys = Object.keys(command.arguments);
  return Object.fromEntries(keys.map((key, index) => [key, orNull(parser.processedArgs[index])]));
}

export function optionsOf(parser: Parser, values: Values): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(values).map(([key, { flags }]) => {
      const option = new Option(flags);
      const value = orNull(parser.getOptionValue(option.attributeName()));
      // Commander sets this default before a command's file was loaded, so it is set here.
      return [key, value === undefined && option.negate ? true : value];
    }),
  );
}
