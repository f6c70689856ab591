import { type Located, parseLocatedSnapshot, type SnapshotRef } from '#domain/ids.ts';
import type { Value } from '../../command.ts';
import { parsedArgument, severalParsed } from '../../values.ts';

const ABOUT = 'Snapshot, such as ibs-primary:vm/12345/2026-05-02T08:11:33Z';

export const snapshotArgument: Value<Located<SnapshotRef>> = parsedArgument(
  '<snapshot>',
  ABOUT,
  parseLocatedSnapshot,
  { complete: 'snapshot' },
);

export const snapshotArguments: Value<Located<SnapshotRef>[]> = severalParsed(
  '<snapshots...>',
  ABOUT,
  parseLocatedSnapshot,
  { complete: 'snapshot' },
);

/** As the API wants it. */
export function snapshotInput({ datastore, ref }: Located<SnapshotRef>) {
  return { datastore, ...ref };
}
