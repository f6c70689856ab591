import { z } from 'zod';
import { DatastoreNameInput } from './datastore.ts';
import {
  type DatastoreName,
  formatGroup,
  formatGroupPath,
  formatSnapshotTime,
  type GroupRef,
  type NamespacePath,
  parseNamespacePath,
} from './ids.ts';
import { isWithin, parseRemovableNamespace } from './namespace.ts';
import type { Privilege } from './permissions.ts';
import type { Problem } from './result.ts';
import { schemaOf } from './schema.ts';
import { GroupInput, NamespaceInput } from './snapshot.ts';

/**
 * Moving a backup group or a namespace to another place of its datastore: what is asked, and what refuses it. Dialog,
 * service and engine ask the same rules.
 */

export const GroupMovePlanInput = z.object({ source: GroupInput, destination: GroupInput });
export type GroupMovePlanInput = z.infer<typeof GroupMovePlanInput>;

export const GroupMoveInput = GroupMovePlanInput.extend({
  /** Also into a group that is there already; without, that refuses the move. */
  merge: z.boolean().default(false),
});
export type GroupMoveInput = z.infer<typeof GroupMoveInput>;

export const NamespaceMoveInput = z.object({
  datastore: DatastoreNameInput,
  namespace: schemaOf((text) => parseRemovableNamespace(text)),
  /** The whole path that it has afterwards: another name, another parent, or both. */
  destination: schemaOf((text) => {
    const refusal = refuseRoot(text);
    return refusal ? { ok: false, problem: refusal } : parseNamespacePath(text, 'destination');
  }),
});
export type NamespaceMoveInput = z.infer<typeof NamespaceMoveInput>;

/** Nothing can become the root. */
function refuseRoot(text: string): Problem | null {
  if (text !== '') return null;
  const message = 'The root namespace is the datastore itself.';
  return { code: 'NAMESPACE_INVALID', message, field: 'destination', hint: 'Name a path below it.' };
}

const GroupKey = GroupInput.pick({ type: true, id: true });

/** What the tasks are given beside their datastore. */
export const GroupMovePayload = z.object({
  group: GroupKey,
  from: NamespaceInput,
  to: NamespaceInput,
  merge: z.boolean(),
});
export const NamespaceMovePayload = z.object({ from: NamespaceInput, to: NamespaceInput });

interface Located extends GroupRef {
  datastore: DatastoreName;
}

/** Why these two places are none of one move; null when they are. */
export function checkGroupPlaces(source: Located, destination: Located): Problem | null {
  const field = 'destination';
  if (source.datastore !== destination.datastore) {
    const message = `${source.datastore} and ${destination.datastore} are two datastores, and a move stays in one.`;
    return { code: 'MOVE_OTHER_DATASTORE', message, field, hint: 'Name a namespace of the same datastore.' };
  }
  if (formatGroup(source) !== formatGroup(destination)) {
    const message = `A move changes the namespace alone: ${formatGroup(source)} cannot become ${formatGroup(destination)}.`;
    const hint = 'Type and id are written in every snapshot of the group. Keep them.';
    return { code: 'MOVE_OTHER_GROUP', message, field, hint };
  }
  if (source.namespace !== destination.namespace) return null;
  const message = `${formatGroupPath(source)} is there already.`;
  return { code: 'MOVE_SAME_PLACE', message, field, hint: 'Name another namespace.' };
}

/** What counts of a group when it meets another one. */
export interface MeetingGroup {
  owner: string | null;
  /** Of its snapshots, whole seconds since 1970; null when it has none. */
  times: { oldest: number; newest: number } | null;
}

/**
 * Why a group cannot come to where `target` is; null when it can. Times that overlap would mix two histories into one
 * that nobody can take apart, and of which the newest is not what the next backup builds on.
 */
export function checkMeeting(
  destination: GroupRef,
  source: MeetingGroup,
  target: MeetingGroup,
  merge: boolean,
): Problem | null {
  const name = formatGroupPath(destination);
  const why = checkMerge(name, source, target);
  if (why !== null && (merge || why.code === 'OWNER_MISMATCH')) return why;
  if (merge) return null;
  const hint = why
    ? `Merging them is refused as well: ${why.message}`
    : 'Merge the two, if they belong together.';
  return {
    code: 'GROUP_EXISTS',
    message: `There is a backup group ${name} already.`,
    field: 'destination',
    hint,
  };
}

/** Why the two cannot become one. */
export function checkMerge(name: string, source: MeetingGroup, target: MeetingGroup): Problem | null {
  const field = 'destination';
  if (source.owner === null || source.owner !== target.owner) {
    const message = `The backup group ${name} belongs to ${target.owner ?? 'nobody'}, and the one that moves to ${source.owner ?? 'nobody'}.`;
    return { code: 'OWNER_MISMATCH', message, field, hint: 'Move it to a namespace without such a group.' };
  }
  if (!source.times || !target.times) return null;
  const isBefore = source.times.newest < target.times.oldest;
  if (isBefore || source.times.oldest > target.times.newest) return null;
  const [from, to] = [target.times.oldest, target.times.newest].map(formatSnapshotTime);
  const message = `The snapshots of ${name} are of ${from} to ${to}, and those that move are in between.`;
  const hint = 'Only a group whose snapshots are all older or all newer can be merged.';
  return { code: 'MOVE_TIMES_OVERLAP', message, field, hint };
}

/** Why a namespace cannot come to a place, as far as names tell; `inside` are those that it holds, with itself. */
export function checkNamespacePlaces(
  from: NamespacePath,
  to: NamespacePath,
  inside: readonly NamespacePath[],
): Problem | null {
  const field = 'destination';
  if (from === to) {
    return {
      code: 'MOVE_SAME_PLACE',
      message: `${from} is there already.`,
      field,
      hint: 'Name another place.',
    };
  }
  const refusal = refuseRoot(to);
  if (refusal) return refusal;
  if (isWithin(to, from)) {
    const message = `${to} lies in ${from}, which cannot be moved into itself.`;
    return { code: 'MOVE_INTO_ITSELF', message, field, hint: 'Name a place outside of it.' };
  }
  for (const path of inside) {
    const moved = parseNamespacePath(movedPath(path, from, to), field);
    if (!moved.ok) {
      const message = `${path} would be too deep or too long there.`;
      return { ...moved.problem, message };
    }
  }
  return null;
}

/** Where a namespace that is `from` or lies in it comes to be. */
export function movedPath(path: NamespacePath, from: NamespacePath, to: NamespacePath): NamespacePath {
  return `${to}${path.slice(from.length)}` as NamespacePath;
}

/** `production`, or what to call the one without a name. */
export function namespaceWords(path: NamespacePath): string {
  return path === '' ? 'the root namespace' : path;
}

/**
 * Whether a group may be moved: as for its removal at the one side, and as for a backup at the other. `holds` tells what
 * is held there.
 */
export function mayMoveGroup(
  holds: (privilege: Privilege, side: 'source' | 'destination') => boolean,
  isOwner: boolean,
): boolean {
  const mayTake = holds('Datastore.Modify', 'source') || (isOwner && holds('Datastore.Prune', 'source'));
  const mayPut =
    holds('Datastore.Modify', 'destination') || (isOwner && holds('Datastore.Backup', 'destination'));
  return mayTake && mayPut;
}
