import type { AclEntry, Decision, Privilege, Step, Walk } from './permissions.ts';
import { privilegesOfEntry } from './permissions.ts';

/** A decision in words, for whoever asks why somebody may or may not do something. */

/** Why the principal holds the privilege, or why not: one sentence for each walk that has a part in it. */
export function becauseOf({ privileges, walks }: Decision, privilege: Privilege): string[] {
  const isAllowed = privileges.has(privilege);
  return walks
    .filter((walk) => isAllowed || !walk.privileges.has(privilege))
    .map((walk) => reason(walk, privilege));
}

function reason({ principal, deciding, privileges }: Walk, privilege: Privilege): string {
  if (deciding === null) return `Nothing is granted to ${principal} on the way.`;
  const barring = deciding.counts.find(({ role }) => role === 'NoAccess');
  if (barring) return `${grantText(barring)} leaves nothing.`;
  if (!privileges.has(privilege)) {
    const roles = deciding.counts.map(grantText).join(' and ');
    return `${roles} ${deciding.counts.length > 1 ? 'do' : 'does'} not hold ${privilege}.`;
  }
  const giving = deciding.counts.find((entry) => privilegesOfEntry(entry).includes(privilege));
  return giving ? `${grantText(giving)} holds ${privilege}.` : '';
}

/** `Datastore.Reader on /datastore/main, granted to security-team@polystack,`. */
function grantText({ role, path, principal, group }: AclEntry): string {
  return `${role} on ${path}, granted to ${group ?? principal},`;
}

/** What happens at a node, in a few words. */
export function stepText({ counts }: Step): string {
  if (counts.length === 0) return 'nothing that counts: what was inherited stays';
  return `${counts.map(({ role, group }) => (group ? `${role} by ${group}` : role)).join(', ')}: replaces what was inherited`;
}

export function passedText({ entry, why }: Step['passed'][number]): string {
  const what = entry.group ? `${entry.role} by ${entry.group}` : entry.role;
  return why === 'only-there'
    ? `${what} counts only on ${entry.path} itself`
    : `${what} does not count: the user has entries of its own here`;
}
