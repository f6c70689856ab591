import { eq, sql } from 'drizzle-orm';
import { announce } from '#drizzle/changes.ts';
import type { Database } from '#drizzle/client.ts';
import { datastore } from '#drizzle/schema/datastore.ts';
import type { ChunkCount, ChunkTally, ChunkTotal } from '#engine/chunks/chunk-tally.ts';

/**
 * The record of how many chunks a datastore has. Changes come one after the other: what was added since the last note, and
 * now and then a full count, which replaces everything noted before.
 */
export class ChunkFigures {
  readonly #db: Database;
  readonly #datastoreId: string;
  readonly #now: () => number;
  #last: Promise<unknown> = Promise.resolve();

  /** `now`: ms since 1970, by the clock that also dates the files. */
  constructor(db: Database, datastoreId: string, now: () => number) {
    this.#db = db;
    this.#datastoreId = datastoreId;
    this.#now = now;
  }

  /** Adds what has changed. What is not known stays unknown. */
  note(tally: ChunkTally): Promise<void> {
    return this.#inTurn(async () => {
      const countedAt = new Date(this.#now()).toISOString();
      const change = tally.take();
      if (change.chunks === 0 && change.bytes === 0) return;
      await this.#record(tally, change, {
        chunkCount: sql`greatest(${datastore.chunkCount} + ${change.chunks}, 0)`,
        chunkBytes: sql`greatest(${datastore.chunkBytes} + ${change.bytes}, 0)`,
        chunksCountedAt: sql`case when ${datastore.chunksCountedAt} is null then null else ${countedAt}::timestamptz end`,
      });
    });
  }

  /** Ends a count that has listed everything: it says what is there, whatever was known before. */
  replace(tally: ChunkTally, count: ChunkCount): Promise<ChunkTotal> {
    return this.#inTurn(async () => {
      const chunksCountedAt = new Date(this.#now());
      const total = count.total();
      tally.endCount(count);
      const { chunks: chunkCount, bytes: chunkBytes } = total;
      await this.#record(tally, tally.take(), { chunkCount, chunkBytes, chunksCountedAt });
      return total;
    });
  }

  /** Something may have been added that nobody has noted: from now on the figures count as unknown. */
  doubt(): Promise<void> {
    return this.#inTurn(() => this.#update({ chunksCountedAt: null }));
  }

  /** Nothing was: they are right as of `countedAt`, and with what was noted since. */
  trust(countedAt: Date): Promise<void> {
    return this.#inTurn(() => this.#update({ chunksCountedAt: countedAt }));
  }

  async #record(tally: ChunkTally, taken: ChunkTotal, values: FigureValues): Promise<void> {
    try {
      await this.#update(values);
    } catch (error) {
      tally.giveBack(taken);
      throw error;
    }
  }

  async #update(values: FigureValues): Promise<void> {
    await this.#db.update(datastore).set(values).where(eq(datastore.id, this.#datastoreId));
    await announce(this.#db, 'datastore', this.#datastoreId, this.#datastoreId);
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(work);
    this.#last = turn.catch(() => {});
    return turn;
  }
}

type FigureValues = Parameters<ReturnType<Database['update']>['set']>[0];
