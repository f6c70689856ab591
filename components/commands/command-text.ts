import type { CommandForm } from '../ui/CommandLine.tsx';

/** How the pages write commands: quoted for a POSIX shell, broken where they get long. */

export type OptionValue = string | number | boolean | null | undefined | readonly string[];

const LINE_MAX = 72;

/** Nothing in it means anything to a shell, or it is in single quotes. */
export function shellWord(text: string): string {
  return /^[A-Za-z0-9_@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

/**
 * `ironcore-backup` with words and options. False, null, undefined and the empty text leave an option out; true
 * is a switch; a list repeats it.
 */
export function cliCommand(words: readonly string[], options: Readonly<Record<string, OptionValue>> = {}) {
  const head = ['ironcore-backup', ...words.map(shellWord)].join(' ');
  return breakLines([head, ...Object.entries(options).flatMap(([name, value]) => optionWords(name, value))]);
}

function optionWords(name: string, value: OptionValue): string[] {
  if (value === undefined || value === null || value === false || value === '') return [];
  if (value === true) return [`--${name}`];
  if (typeof value === 'object') return value.flatMap((each) => optionWords(name, each));
  return [`--${name} ${shellWord(String(value))}`];
}

function breakLines(parts: readonly string[]): string {
  const line = parts.join(' ');
  return line.length <= LINE_MAX ? line : parts.join(' \\\n  ');
}

/** The same wish to the API. The token stands in the environment, never in the command. */
export function curlCommand(procedure: string, input: unknown): string {
  const body = JSON.stringify({ json: input });
  return [
    `curl "$IBS_URL/api/trpc/${procedure}"`,
    '-H "Authorization: Bearer $IBS_TOKEN"',
    "-H 'Content-Type: application/json'",
    `-d ${shellWord(body)}`,
  ].join(' \\\n  ');
}

const CURL_NOTE =
  'The same as one call of the API. IBS_URL is the address of this console, IBS_TOKEN an API token such as user@ibs!name:secret.';

/** Both ways to do what a button does. */
export function commandForms(cli: string, procedure: string, input: unknown): CommandForm[] {
  return [
    { name: 'CLI', text: cli },
    { name: 'curl', text: curlCommand(procedure, input), note: CURL_NOTE },
  ];
}
