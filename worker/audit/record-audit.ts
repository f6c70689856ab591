import { and, eq } from 'drizzle-orm';
import type { FindingCode } from '#domain/audit.ts';
import { formatSnapshotPath, type SnapshotRef } from '#domain/ids.ts';
import type { TaskProgress } from '#domain/task.ts';
import type { Database } from '#drizzle/client.ts';
import { snapshot } from '#drizzle/schema/snapshot.ts';
import type { Findings } from '#engine/audit/findings.ts';
import type { Datastore } from '#engine/datastore.ts';
import { listGroups } from '#engine/hierarchy/groups.ts';
import { listNamespaces } from '#engine/hierarchy/namespaces.ts';
import { listSnapshots, readSnapshotInfo, type SnapshotInfo } from '#engine/hierarchy/snapshots.ts';
import { groupPlace, manifestPlace, snapshotPlace } from '#engine/locks/places.ts';
import { staying } from './staying.ts';

export interface RecordAuditOptions {
  signal: AbortSignal;
  report: (progress: TaskProgress) => void;
}

type SnapshotRow = typeof snapshot.$inferSelect;

interface Difference {
  code: FindingCode;
  what: string;
}

/** Holds what the database says of each snapshot against what the datastore says. */
export class RecordAudit {
  readonly #db: Database;
  readonly #datastoreId: string;
  readonly #store: Datastore;
  readonly #options: RecordAuditOptions;

  constructor(db: Database, datastoreId: string, store: Datastore, options: RecordAuditOptions) {
    this.#db = db;
    this.#datastoreId = datastoreId;
    this.#store = store;
    this.#options = options;
  }

  async run(findings: Findings): Promise<void> {
    const rows = await this.#rows();
    const everyone = await this.#everyone(rows);
    const known = async (ref: SnapshotRef) => rows.get(formatSnapshotPath(ref));
    const suspects = await staying(
      everyone,
      (refs, look) => this.#differing(refs, look === 1 ? known : (ref) => this.#rowOf(ref)),
      this.#options.signal,
    );
    for (const [ref, { code, what }] of suspects) findings.add(code, formatSnapshotPath(ref), what);
  }

  async #rows(): Promise<Map<string, SnapshotRow>> {
    const rows = await this.#db.select().from(snapshot).where(eq(snapshot.datastoreId, this.#datastoreId));
    return new Map(rows.map((row) => [formatSnapshotPath(refOf(row)), row]));
  }

  /** Every snapshot that either of the two knows. */
  async #everyone(rows: ReadonlyMap<string, SnapshotRow>): Promise<SnapshotRef[]> {
    const { backend } = this.#store;
    const known = new Map([...rows].map(([path, row]) => [path, refOf(row)]));
    for (const namespace of await listNamespaces(backend)) {
      for (const group of await listGroups(backend, namespace)) {
        for (const ref of await listSnapshots(backend, group)) known.set(formatSnapshotPath(ref), ref);
      }
    }
    return [...known.values()];
  }

  async #differing(
    refs: readonly SnapshotRef[],
    rowOf: (ref: SnapshotRef) => Promise<SnapshotRow | undefined>,
  ): Promise<Map<SnapshotRef, Difference>> {
    const found = new Map<SnapshotRef, Difference>();
    let done = 0;
    for (const ref of refs) {
      this.#options.signal.throwIfAborted();
      const [row, info] = [await rowOf(ref), await readSnapshotInfo(this.#store.backend, ref)];
      const difference = this.#isInUse(ref) ? null : differenceOf(row, info);
      if (difference) found.set(ref, difference);
      done += 1;
      this.#options.report({ phase: 'Records', done, total: refs.length, unit: 'snapshots' });
    }
    return found;
  }

  #isInUse(ref: SnapshotRef): boolean {
    const held = new Set(this.#store.locks.list().map((lock) => lock.key));
    return [groupPlace(ref), snapshotPlace(ref), manifestPlace(ref)].some((place) => held.has(place.key));
  }

  async #rowOf(ref: SnapshotRef): Promise<SnapshotRow | undefined> {
    const [row] = await this.#db
      .select()
      .from(snapshot)
      .where(
        and(
          eq(snapshot.datastoreId, this.#datastoreId),
          eq(snapshot.namespace, ref.namespace),
          eq(snapshot.type, ref.type),
          eq(snapshot.backupId, ref.id),
          eq(snapshot.time, new Date(ref.time * 1000)),
        ),
      );
    return row;
  }
}

function refOf(row: SnapshotRow): SnapshotRef {
  return { namespace: row.namespace, type: row.type, id: row.backupId, time: row.time.getTime() / 1000 };
}

function differenceOf(row: SnapshotRow | undefined, info: SnapshotInfo | null): Difference | null {
  if (info === null) {
    return row ? { code: 'record-stale', what: 'It is listed, and is not in the datastore.' } : null;
  }
  if (!row) return { code: 'record-missing', what: 'It is in the datastore, and is not listed.' };
  const told = factsOf({ ...row, damaged: row.damage !== null });
  const real = factsOf({ ...info, damaged: info.damage !== null });
  if (told === real) return null;
  return { code: 'record-differs', what: `It is listed as ${told}, and is ${real}.` };
}

interface Facts {
  finished: boolean;
  damaged: boolean;
  protected: boolean;
  sizeBytes: number | null;
}

/** In words, which also are what is compared. */
function factsOf({ finished, damaged, protected: isProtected, sizeBytes }: Facts): string {
  const words = [finished ? 'finished' : 'unfinished'];
  if (damaged) words.push('damaged');
  if (isProtected) words.push('protected');
  if (sizeBytes !== null) words.push(`with ${sizeBytes} bytes`);
  return words.join(', ');
}
