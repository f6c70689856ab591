import { type GroupRef, parseGroupRef, parseSnapshotRef, type SnapshotRef } from '#domain/ids.ts';
import { UsageError } from '../../command.ts';
import { parsedOption, text, wholeNumber } from '../../values.ts';

/** Which part of a datastore a command is for. */
export const scopeOptions = {
  namespace: text('--ns, --namespace <namespace>', 'Only this namespace and those below it', {
    complete: 'namespace',
  }),
  depth: wholeNumber('--max-depth <levels>', 'Only so many levels below it; 0 for none (default: all)', 0),
  group: parsedOption('--group <group>', 'Only this group of the namespace, such as vm/12345', parseGroupRef),
};

export const snapshotOption = parsedOption(
  '--snapshot <snapshot>',
  'Only this snapshot, such as vm/12345/2026-11-27T01:00:00Z',
  parseSnapshotRef,
);

/** A snapshot or group may name its namespace itself. */
export function placeOf(
  namespace: string | undefined,
  group: GroupRef | undefined,
  snapshot: SnapshotRef | undefined,
) {
  const one = snapshot ?? group;
  if (snapshot && group) throw new UsageError('Give --snapshot or --group, not both.');
  if (one === undefined) return { namespace, group: null, time: null };
  if (namespace !== undefined && one.namespace !== '') {
    throw new UsageError(
      'The namespace is given twice.',
      'Leave out --ns, or the namespace in front of the group.',
    );
  }
  const { type, id } = one;
  return { namespace: namespace ?? one.namespace, group: { type, id }, time: snapshot?.time ?? null };
}
