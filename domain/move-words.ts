import type { Privilege } from './permissions.ts';

/** What a move changes, in the words of dialog and command line. */

/** Of the privileges that count on what a datastore holds. */
const VERBS: Partial<Record<Privilege, string>> = {
  'Datastore.Audit': 'see it',
  'Datastore.Read': 'restore from it',
  'Datastore.Verify': 'verify it',
  'Datastore.Backup': 'back up to it as its owner',
  'Datastore.Prune': 'forget snapshots of it as its owner',
  'Datastore.Modify': 'change it',
};

interface Change {
  principal: string;
  loses: readonly Privilege[];
  gains: readonly Privilege[];
}

/** `team@ibs!ci can no longer see it or restore from it`, and what it may do instead. */
export function accessWords({ principal, loses, gains }: Change): string {
  const parts = [
    loses.length > 0 ? `can no longer ${verbs(loses, 'or')}` : '',
    gains.length > 0 ? `can ${verbs(gains, 'and')} from then on` : '',
  ];
  return `${principal} ${parts.filter(Boolean).join('; ')}`;
}

function verbs(privileges: readonly Privilege[], last: 'or' | 'and'): string {
  const all = privileges.map((privilege) => VERBS[privilege] ?? privilege);
  const end = all.pop() ?? '';
  return all.length > 0 ? `${all.join(', ')} ${last} ${end}` : end;
}

interface Jobs {
  end: readonly { noun: string }[];
  begin: readonly { noun: string }[];
}

/** Jobs that stop or begin to look after a group; empty when none does. */
export function jobChangeWords({ end, begin }: Jobs): string[] {
  const names = (jobs: readonly { noun: string }[]) => jobs.map(({ noun }) => noun).join(', ');
  return [
    ...(end.length > 0 ? [`No longer looked after by: ${names(end)}`] : []),
    ...(begin.length > 0 ? [`Looked after from then on by: ${names(begin)}`] : []),
  ];
}
