import type { SnapshotRef } from '#domain/ids.ts';
import { countOf, formatCount } from '#domain/units.ts';
import type { Database } from '#drizzle/client.ts';
import type { AuditReport } from '#engine/audit/audit-datastore.ts';
import { noteChunkDamage } from '../catalog/write-catalog.ts';

/** What an audit found, for the lists and for people. */

/** Shows a snapshot as damaged, or as sound again. */
export function noteFindings(db: Database, datastoreId: string) {
  return (snapshot: SnapshotRef, problems: readonly string[]) =>
    noteChunkDamage(db, datastoreId, snapshot, damageWords(problems));
}

function damageWords(problems: readonly string[]): string | null {
  const [first, ...more] = problems;
  if (first === undefined) return null;
  return more.length === 0 ? first : `${first} And ${formatCount(more.length)} more, as an audit found.`;
}

type Found = Pick<AuditReport, 'errors' | 'findings'>;

/** The first finding by name, and how many there are. */
export function outcomeWords({ errors, findings }: Found, looked: string): string {
  const first = findings.find((finding) => finding.severity === 'error');
  const example = first ? ` ${errors === 1 ? 'It is' : 'The first is'} ${first.where}: ${first.what}` : '';
  return `${countOf(errors, 'finding')} in ${looked}.${example}`;
}
