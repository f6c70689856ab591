import { BackupError } from '#domain/errors.ts';
import { type PrincipalId, type UserId, userOf } from '#domain/principal.ts';
import { ByteBudget } from './byte-budget.ts';

/**
 * What all callers share, and nobody may take from all the others: one user gets a quarter of it at most. Tokens count
 * as their user, who may have as many of them as it likes.
 */

const PART = 4;

/** Memory: who has used up the own part waits in a line of the own, and does not hold up that of all. */
export class SharedMemory {
  readonly #all: ByteBudget;
  readonly #ownBytes: number;
  readonly #own = new Map<UserId, { budget: ByteBudget; holders: number }>();

  constructor(bytes: number) {
    this.#all = new ByteBudget(bytes);
    this.#ownBytes = bytes / PART;
  }

  /** Resolves once the bytes are set aside; what comes back gives them back, and is to be called once. */
  async take(caller: PrincipalId, bytes: number): Promise<() => void> {
    const user = userOf(caller);
    const own = this.#own.get(user) ?? { budget: new ByteBudget(this.#ownBytes), holders: 0 };
    this.#own.set(user, own);
    own.holders += 1;
    const leaveOwn = await own.budget.take(bytes);
    const leaveAll = await this.#all.take(bytes);
    return () => {
      leaveAll();
      leaveOwn();
      own.holders -= 1;
      if (own.holders === 0) this.#own.delete(user);
    };
  }
}

/** Things of which only so many may go on at once: one more is refused. */
export class SharedSeats {
  readonly #what: string;
  readonly #seats: number;
  readonly #taken = new Map<UserId, number>();
  #allTaken = 0;

  constructor(what: string, seats: number) {
    this.#what = what;
    this.#seats = seats;
  }

  /** What comes back leaves the seat, and is to be called once. */
  take(caller: PrincipalId): () => void {
    const user = userOf(caller);
    const own = this.#taken.get(user) ?? 0;
    if (this.#allTaken >= this.#seats || own >= this.#seats / PART)
      throw new BackupError('SHUTTING_DOWN', `too many ${this.#what} at once; try again in a minute`);
    this.#set(user, own + 1);
    return () => this.#set(user, (this.#taken.get(user) ?? 0) - 1);
  }

  #set(user: UserId, own: number): void {
    this.#allTaken += own - (this.#taken.get(user) ?? 0);
    if (own === 0) this.#taken.delete(user);
    else this.#taken.set(user, own);
  }
}
