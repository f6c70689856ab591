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
    ...paragraphs(parser.description(), width),
    '',
    ...hanging(`Usage: ${helper.commandUsage(parser)}`, width),
    ...shown.flatMap(([title, items]) => [
      '',
      `${title}:`,
      ...items.flatMap((item) => itemLines(item, termWidth, width)),
    ]),
    '',
  ].join('\n');
}

/** A line break in a text is one of the source code; an empty line starts a paragraph. */
function paragraphs(text: string, width: number): string[] {
  return text
    .split('\n\n')
    .flatMap((paragraph) => ['', ...wrapTo(paragraph.replaceAll('\n', ' '), width)])
    .slice(1);
}

const HANGING = 7;

function hanging(text: string, width: number): string[] {
  return wrapTo(text, width - HANGING).map((line, index) => `${index > 0 ? ' '.repeat(HANGING) : ''}${line}`);
}

function itemLines([term, about]: Item, termWidth: number, width: number): string[] {
  const [first = '', ...rest] = wrapTo(about, Math.max(width - termWidth - 4, 30));
  const indent = ' '.repeat(termWidth + 4);
  const head =
    term.length > termWidth ? [`  ${term}`, `${indent}${first}`] : [`  ${term.padEnd(termWidth)}  ${first}`];
  return [...head, ...rest.map((line) => `${indent}${line}`)].map((line) => line.trimEnd());
}
