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

type Found = Pick<AuditReport, 'errors' | 'warnings' | 'findings'>;

/** How many findings there are, and the first by name. */
export function outcomeWords({ errors, warnings, findings }: Found, looked: string): string {
  if (errors + warnings === 0) return `${looked}: all invariants hold.`;
  const severity = errors > 0 ? 'error' : 'warning';
  const count = countOf(errors > 0 ? errors : warnings, errors > 0 ? 'finding' : 'warning');
  const first = findings.find((finding) => finding.severity === severity);
  const isOnly = (errors > 0 ? errors : warnings) === 1;
  const example = first ? ` ${isOnly ? 'It is' : 'The first is'} ${first.where}: ${first.what}` : '';
  return errors > 0
    ? `${count} in ${looked}.${example}`
    : `${looked}: nothing is broken; ${count}.${example}`;
}
