import type { Help, Command as Parser } from 'commander';

import { wrapTo } from './visible-text.ts';

/** Help in the order in which people need it: what it does, how it is called, what there is to choose, examples. */

type Item = readonly [term: string, about: string];

const TERM_MAX = 34;

export function formatHelp(parser: Parser, helper: Help): string {
  const width = helper.helpWidth ?? 80;
  const sections: [title: string, items: Item[]][] = [
    [
      'Commands',
      helper.visibleCommands(parser).map((one) => [one.name(), helper.subcommandDescription(one)]),
    ],
    [
      'Arguments',
      helper.visibleArguments(parser).map((one) => [one.name(), helper.argumentDescription(one)]),
    ],
    ['Options', helper.visibleOptions(parser).map((one) => [one.flags, helper.optionDescription(one)])],
    [
      'Options of every command',
      helper.visibleGlobalOptions(parser).map((one) => [one.flags, helper.optionDescription(one)]),
    ],
  ];
  const shown = sections.filter(([, items]) => items.length > 0);
  const terms = shown.flatMap(([, items]) => items.map(([term]) => term.length));
  const termWidth = Math.min(Math.max(...terms, 0), TERM_MAX);
  return [
    parser.description(),
    '',
    `Usage: ${helper.commandUsage(parser)}`,
    ...shown.flatMap(([title, items]) => [
      '',
      `${title}:`,
      ...items.flatMap((item) => itemLines(item, termWidth, width)),
    ]),
    '',
  ].join('\n');
}

function itemLines([term, about]: Item, termWidth: number, width: number): string[] {
  const [first = '', ...rest] = wrapTo(about, Math.max(width - termWidth - 4, 30));
  const indent = ' '.repeat(termWidth + 4);
  const head =
    term.length > termWidth ? [`  ${term}`, `${indent}${first}`] : [`  ${term.padEnd(termWidth)}  ${first}`];
  return [...head, ...rest.map((line) => `${indent}${line}`)].map((line) => line.trimEnd());
}
