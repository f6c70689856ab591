import { type Acl, type AclEntry, type Metadata, PERMISSION_MASK, type Xattr } from './metadata.ts';
import type { Omission } from './restore-report.ts';

const SETUID_BITS = 0o6000;

/**
 * How what a restore made differs from what the archive says, in words; empty when it does not. What the restore left
 * out everywhere (`omitted`) is not asked for.
 */
export function metadataDifferences(
  archived: Metadata,
  restored: Metadata,
  omitted: ReadonlySet<Omission>,
): string[] {
  const differs = (step: Omission, isEqual: boolean, words: () => string) =>
    isEqual || omitted.has(step) ? [] : [words()];
  const isLink = (archived.mode & 0o170000) === 0o120000;
  const kept = omitted.has('setuid') ? PERMISSION_MASK & ~SETUID_BITS : PERMISSION_MASK;
  const [wanted, found] = [archived.mode & kept, restored.mode & kept];
  const time = isLink || sameTime(archived, restored) || omitted.has('time');
  return [
    ...differs('owner', archived.uid === restored.uid && archived.gid === restored.gid, () =>
      told('owner', `${archived.uid}:${archived.gid}`, `${restored.uid}:${restored.gid}`),
    ),
    ...differs('mode', isLink || wanted === found, () => told('mode', octal(wanted), octal(found))),
    ...(time ? [] : [told('time', timeText(archived), timeText(restored))]),
    ...differs('xattr', sameXattrs(archived.xattrs, restored.xattrs), () => 'its attributes are other ones'),
    ...differs('acl', sameAcl(archived.acl, restored.acl), () => 'its access list is another one'),
    ...differs(
      'capabilities',
      sameBytes(archived.capabilities, restored.capabilities),
      () => 'its capabilities are other ones',
    ),
    ...differs('flags', archived.flags === restored.flags, () =>
      told('flags', `0x${archived.flags.toString(16)}`, `0x${restored.flags.toString(16)}`),
    ),
    ...differs('project', archived.projectId === restored.projectId, () =>
      told('project', String(archived.projectId), String(restored.projectId)),
    ),
  ];
}

function told(what: string, archived: string, restored: string): string {
  return `its ${what} is ${restored}, and ${archived} in the backup`;
}

function octal(mode: number): string {
  return mode.toString(8).padStart(4, '0');
}

/** A filesystem that keeps whole seconds only says so by a zero. */
function sameTime(archived: Metadata, restored: Metadata): boolean {
  return archived.seconds === restored.seconds && (archived.nanos === restored.nanos || restored.nanos === 0);
}

function timeText({ seconds, nanos }: Metadata): string {
  return `${seconds}.${String(nanos).padStart(9, '0')}`;
}

function sameBytes(a: Uint8Array | null, b: Uint8Array | null): boolean {
  return a === null || b === null ? a === b : Buffer.compare(a, b) === 0;
}

function sameXattrs(archived: readonly Xattr[], restored: readonly Xattr[]): boolean {
  if (archived.length !== restored.length) return false;
  const values = new Map(restored.map(({ name, value }) => [name, value]));
  return archived.every(({ name, value }) => sameBytes(value, values.get(name) ?? null));
}

function sameAcl(archived: Acl | null, restored: Acl | null): boolean {
  return aclText(archived) === aclText(restored);
}

/** In one spelling: the kernel sorts entries, and lets go of a list that says no more than the mode. */
function aclText(acl: Acl | null): string {
  if (acl === null) return '';
  const { users, groups, groupObject, inherited } = acl;
  if (users.length + groups.length === 0 && groupObject === null && inherited === null) return '';
  return JSON.stringify([
    ...[sorted(users), sorted(groups), groupObject],
    inherited && [
      ...[inherited.userObject, inherited.groupObject, inherited.other, inherited.mask],
      ...[sorted(inherited.users), sorted(inherited.groups)],
    ],
  ]);
}

function sorted(entries: readonly AclEntry[]): number[][] {
  return entries.map(({ id, permissions }) => [id, permissions]).sort(([a = 0], [b = 0]) => a - b);
}
