import type { CommanderError } from 'commander';
import { UsageError } from './command.ts';
import { COMMANDS, NOUNS } from './commands/registry.ts';
import { PROGRAM } from './program.ts';

/** What commander says of a command line that it cannot read, in our words and with what to do. */
export function commandLineError(error: CommanderError): UsageError {
  const [message = '', suggestion = ''] = error.message.replace(/^error: /, '').split('\n');
  const excess = /^too many arguments.* Expected (\d+) .*: (.*)\.$/.exec(message);
  if (excess) return tooMany((excess[2] ?? '').split(', ').slice(Number(excess[1])));
  const hint = suggestion.replace(/^\((.*)\)$/, '$1');
  const sentence = `${message.charAt(0).toUpperCase()}${message.slice(1)}`.replace(/\.?$/, '.');
  return new UsageError(sentence, hint || hintFor(error.code));
}

function tooMany(words: readonly string[]): UsageError {
  const [first = ''] = words;
  const more = words.length > 1 ? ` and ${words.length - 1} more are` : ' is';
  return new UsageError(
    `${JSON.stringify(first)}${more} too many.`,
    'A value with spaces in it must stand in quotes.',
  );
}

function hintFor(code: string): string | undefined {
  return code === 'commander.unknownCommand' ? `All commands: ${PROGRAM} --help` : undefined;
}

const HELP = new Set(['--help', '-h']);

/**
 * `help datastore create` is `datastore create --help`. Of a command that does not exist there is no help: commander would
 * show that of everything as if it had been asked for, so it does not hear of the wish.
 */
export function helpWords(words: readonly string[]): string[] {
  const wanted = words[0] === 'help' ? [...words.slice(1), '--help'] : [...words];
  const [noun = '', verb = ''] = wanted;
  const isKnown =
    noun === '' || noun.startsWith('-') || COMMANDS.some(({ name }) => name === noun) || isVerb(noun, verb);
  return isKnown ? wanted : wanted.filter((word) => !HELP.has(word));
}

function isVerb(noun: string, verb: string): boolean {
  if (!(noun in NOUNS)) return false;
  return verb === '' || verb.startsWith('-') || COMMANDS.some(({ name }) => name === `${noun} ${verb}`);
}
