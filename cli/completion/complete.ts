import type { Command, Value, ValueSource, Values } from '../command.ts';
import { COMMANDS, NOUNS } from '../commands/registry.ts';
import { GLOBAL_OPTIONS } from '../globals.ts';
import { visible } from '../print/visible-text.ts';

/** What can stand at the cursor, from the words before it. */

export interface Offer {
  word: string;
  about: string;
}

export interface Completion {
  offers: Offer[];
  /** Whether the shell should offer files of its own. */
  files: 'none' | 'files' | 'directories';
}

/** What was said so far that a look-up on the server may need. */
export interface Facts {
  current: string;
  /** By name of argument or option. */
  given: ReadonlyMap<string, string>;
}

export type LookUp = (source: ValueSource, facts: Facts) => Promise<Offer[]>;

interface Reading {
  /** Noun and verb, as far as they are there. */
  path: string[];
  command: Command | null;
  given: Map<string, string>;
  argumentCount: number;
  /** The option whose value comes next. */
  pending: [key: string, value: Value<unknown>] | null;
}

export async function complete(words: readonly string[], lookUp: LookUp): Promise<Completion> {
  const current = words.at(-1) ?? '';
  const before = words.slice(0, -1);
  // What "help" is asked about is a command without values.
  if (before[0] === 'help') return beginningWith(nextWords(before.slice(1)), current);
  const reading = await readWords(before);
  const facts = { current, given: reading.given };
  if (reading.pending) return offerValue(reading.pending[1], facts, lookUp);
  if (current.startsWith('-')) return offerOptions(reading, facts, lookUp);
  if (!reading.command) return beginningWith(nextWords(reading.path), current);
  const value = nextArgument(reading.command, reading.argumentCount);
  return value ? offerValue(value, facts, lookUp) : beginningWith([], current);
}

async function readWords(words: readonly string[]): Promise<Reading> {
  const reading: Reading = { path: [], command: null, given: new Map(), argumentCount: 0, pending: null };
  for (const word of words) {
    if (reading.pending) {
      reading.given.set(reading.pending[0], word);
      reading.pending = null;
    } else if (word.startsWith('-') && word !== '-') {
      readOption(reading, word);
    } else if (reading.command) {
      const key = Object.keys(reading.command.arguments)[reading.argumentCount];
      if (key) reading.given.set(key, word);
      reading.argumentCount += 1;
    } else {
      reading.path.push(word);
      const entry = COMMANDS.find(({ name }) => name === reading.path.join(' '));
      reading.command = entry ? (await entry.load()).command : null;
    }
  }
  return reading;
}

function readOption(reading: Reading, word: string): void {
  const [flag = '', text] = word.split('=', 2);
  const found = Object.entries(optionsOf(reading)).find(([, value]) => flagsOf(value).includes(flag));
  if (!found) return;
  const [key, value] = found;
  if (text !== undefined || !takesValue(value)) reading.given.set(key, text ?? '');
  else reading.pending = [key, value];
}

function optionsOf(reading: Reading): Values {
  return { ...reading.command?.options, ...GLOBAL_OPTIONS };
}

/** `-y, --yes` → both. */
function flagsOf({ flags }: Value<unknown>): string[] {
  return flags.split(/,\s*/).map((flag) => flag.split(' ')[0] ?? '');
}

function takesValue({ flags }: Value<unknown>): boolean {
  return flags.includes('<');
}

function offerOptions(reading: Reading, facts: Facts, lookUp: LookUp): Promise<Completion> | Completion {
  const options = Object.entries(optionsOf(reading));
  const { current } = facts;
  if (current.includes('=')) {
    const [flag = '', ...rest] = current.split('=');
    const option = options.find(([, value]) => flagsOf(value).includes(flag))?.[1];
    return option ? offerAfterFlag(option, flag, rest.join('='), facts, lookUp) : beginningWith([], current);
  }
  const free = options.filter(([key, value]) => value.repeats || !reading.given.has(key));
  const offers = free.map(([, value]) => ({ word: flagsOf(value).at(-1) ?? '', about: value.about }));
  return beginningWith([...offers, { word: '--help', about: 'Show how this is used' }], current);
}

async function offerAfterFlag(
  option: Value<unknown>,
  flag: string,
  typed: string,
  facts: Facts,
  lookUp: LookUp,
): Promise<Completion> {
  const { offers, files } = await offerValue(option, { ...facts, current: typed }, lookUp);
  return { files, offers: offers.map(({ word, about }) => ({ word: `${flag}=${word}`, about })) };
}

async function offerValue(value: Value<unknown>, facts: Facts, lookUp: LookUp): Promise<Completion> {
  if (value.choices)
    return beginningWith(
      value.choices.map((word) => ({ word, about: '' })),
      facts.current,
    );
  if (value.complete === 'file') return { offers: [], files: 'files' };
  if (value.complete === 'directory') return { offers: [], files: 'directories' };
  return beginningWith(value.complete ? await lookUp(value.complete, facts) : [], facts.current);
}

function nextArgument(command: Command, index: number): Value<unknown> | undefined {
  const values = Object.values(command.arguments);
  const last = values.at(-1);
  return values[index] ?? (last?.repeats ? last : undefined);
}

/** Nouns and single commands, or the verbs of a noun. */
function nextWords(path: readonly string[]): Offer[] {
  const offers = new Map<string, string>();
  for (const { name, summary, hidden } of COMMANDS) {
    const words = name.split(' ');
    if (hidden || path.some((word, index) => words[index] !== word)) continue;
    const word = words[path.length];
    if (word !== undefined)
      offers.set(word, words.length === path.length + 1 ? summary : (NOUNS[word] ?? ''));
  }
  return [...offers].map(([word, about]) => ({ word, about }));
}

/** Shells split at spaces and lines, so a word with one in it cannot be offered. */
function beginningWith(offers: readonly Offer[], current: string): Completion {
  const fitting = offers.filter(({ word }) => word.startsWith(current) && !/[\s\p{Control}]/u.test(word));
  return { offers: fitting.map(({ word, about }) => ({ word, about: visible(about) })), files: 'none' };
}
