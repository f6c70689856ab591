import { formatTrashItem, type TrashItem } from '#domain/trash.ts';
import type { CommandForm } from '../ui/CommandLine.tsx';
import { cliCommand, commandForms } from './command-text.ts';

/** The commands that do what the list of the trash does. */

export function listTrashCommand(datastore: string, search = ''): string {
  return cliCommand(['trash', 'list', datastore], { search });
}

/** Without items: everything that lies there. */
export function emptyTrashCommands(
  datastore: string,
  items: readonly TrashItem[] | null,
  collect: boolean,
): CommandForm[] {
  const named = items?.map(formatTrashItem) ?? [];
  const cli = cliCommand(['trash', 'empty', datastore, ...named], { collect, yes: true });
  return commandForms(withLines(cli, named), 'trash.empty', {
    datastore,
    ...(items ? { items } : {}),
    collect,
  });
}

/** Each name on a line of its own where there are several. */
function withLines(cli: string, named: readonly string[]): string {
  if (named.length < 2) return cli;
  return named.reduce((text, item) => text.replace(` ${item}`, ` \\\n  ${item}`), cli);
}
