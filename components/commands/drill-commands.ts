import { formatSnapshotTime } from '#domain/ids.ts';
import type { CommandForm } from '../ui/CommandLine.tsx';
import { cliCommand, commandForms } from './command-text.ts';

/** The commands that do what the card of restore drills does. */

interface Drilling {
  namespace: string;
  group: { type: string; id: string } | null;
  time: number | null;
}

export function drillCommands(name: string, wish?: Drilling): CommandForm[] {
  if (!wish) return commandForms(cliCommand(['drill', 'run', name]), 'drill.run', { name });
  const { namespace, group, time } = wish;
  const path = group && `${group.type}/${group.id}`;
  const cli = cliCommand(['drill', 'run', name], {
    ns: namespace,
    group: time === null ? path : null,
    snapshot: time === null ? null : `${path}/${formatSnapshotTime(time)}`,
  });
  return commandForms(cli, 'drill.run', { name, ...wish });
}
