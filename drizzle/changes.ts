import { setTimeout } from 'node:timers/promises';
import { and, asc, gt, lt, sql } from 'drizzle-orm';
import pg from 'pg';
import type { Database, Executor } from './client.ts';
import { type ChangeTopic, change } from './schema/task.ts';

/**
 * Telling other processes what changed. A change is a row, written in the transaction that made it; a listener
 * is woken and reads the rows that it has not seen, so nothing is missed across a lost connection.
 */
export interface Change {
  id: number;
  topic: ChangeTopic;
  ref: string;
  datastoreId: string | null;
}

export async function announce(
  db: Executor,
  topic: ChangeTopic,
  ref: string,
  datastoreId?: string,
): Promise<void> {
  await db.insert(change).values({ topic, ref, datastoreId: datastoreId ?? null });
}

export async function changesAfter(db: Database, id: number, limit = 1000): Promise<Change[]> {
  const columns = { id: change.id, topic: change.topic, ref: change.ref, datastoreId: change.datastoreId };
  return db.select(columns).from(change).where(gt(change.id, id)).orderBy(asc(change.id)).limit(limit);
}

export async function newestChangeId(db: Database): Promise<number> {
  const [row] = await db.select({ id: sql<string | null>`max(${change.id})` }).from(change);
  return Number(row?.id ?? 0);
}

export async function forgetOldChanges(db: Database): Promise<void> {
  await db.delete(change).where(and(lt(change.at, sql`now() - interval '1 hour'`)));
}

export type ChangeListener = (changes: Change[]) => void;

const RECONNECT_MS = 500;
/** Rows of one sequence may become visible out of order while transactions commit: look back a little. */
const LOOK_BACK = 100;

/** One listening connection a process; it reconnects by itself and then catches up. */
export class ChangeHub {
  readonly #db: Database;
  readonly #url: string;
  readonly #listeners = new Set<ChangeListener>();
  /** Ids that were delivered and may come up again in the next reading. */
  readonly #delivered = new Set<number>();
  /** Nothing at or below this is looked at any more. */
  #floor = 0;
  #newest = 0;
  #client: pg.Client | null = null;
  #reading = false;
  #again = false;
  #closed = false;

  constructor(db: Database, url: string) {
    this.#db = db;
    this.#url = url;
  }

  async start(): Promise<void> {
    this.#newest = await newestChangeId(this.#db);
    this.#floor = this.#newest;
    await this.#connect();
  }

  /** Calls `listener` for what changes from now on; the function that is returned ends it. */
  subscribe(listener: ChangeListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  get listenerCount(): number {
    return this.#listeners.size;
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#listeners.clear();
    await this.#client?.end().catch(() => {});
  }

  async #connect(): Promise<void> {
    const client = new pg.Client({
      connectionString: this.#url,
      application_name: 'ironcore-backup changes',
    });
    client.on('notification', () => void this.#read());
    client.on('error', () => {});
    try {
      await client.connect();
      await client.query('LISTEN ibs_change');
    } catch (error) {
      void client.end().catch(() => {});
      throw error;
    }
    if (this.#closed) return client.end();
    // Not before: an attempt that fails ends as well, and whoever made it tries again.
    client.once('end', () => void this.#reconnect());
    this.#client = client;
    void this.#read();
  }

  async #reconnect(): Promise<void> {
    for (let connected = false; !connected && !this.#closed; ) {
      await setTimeout(RECONNECT_MS, null, { ref: false });
      connected = await this.#connect().then(
        () => true,
        () => false,
      );
    }
  }

  async #read(): Promise<void> {
    if (this.#reading) {
      this.#again = true;
      return;
    }
    this.#reading = true;
    try {
      do {
        this.#again = false;
        this.#deliver(await changesAfter(this.#db, this.#floor));
      } while (this.#again);
    } catch {
      // The database is away; the reconnect reads again.
    } finally {
      this.#reading = false;
    }
  }

  #deliver(rows: Change[]): void {
    const fresh = rows.filter((row) => !this.#delivered.has(row.id));
    for (const row of fresh) this.#delivered.add(row.id);
    this.#newest = Math.max(this.#newest, ...rows.map((row) => row.id));
    this.#floor = Math.max(this.#floor, this.#newest - LOOK_BACK);
    for (const id of this.#delivered) if (id <= this.#floor) this.#delivered.delete(id);
    if (fresh.length === 0) return;
    for (const listener of this.#listeners) listener(fresh);
  }
}
