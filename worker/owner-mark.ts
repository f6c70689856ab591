import type { Clock } from '#domain/clock.ts';
import { BackupError } from '#domain/errors.ts';
import { LEASE_SECONDS, type WorkerIdentity, type WorkerRow } from '#drizzle/leases.ts';
import type { Datastore } from '#engine/datastore.ts';
import {
  isTakenOver,
  type OwnerMark,
  type OwnerRecord,
  readOwnerRecord,
  writeOwnerRecord,
} from '#engine/identity.ts';
import { isGone } from './host-identity.ts';

/** Our name in the datastore itself, for servers that share no database with us (docs/reliability.md). */

export function ownerMark({ id, host, bootId, pid, processStart }: WorkerIdentity): OwnerMark {
  return { workerId: id, host, process: { bootId, pid, startedAt: processStart } };
}

/** What the lease means for a datastore, and who looks at it. */
export interface LeaseHooks {
  /** Throws once another worker may have taken over. */
  assertOwned: () => void;
  /** Something failed: it is worth a look before the next one is due. */
  probeSoon: () => void;
}

/**
 * Whether an owner is known to be gone, however young its record is. Somebody of whom nothing is known is not: a worker
 * that is missing in our database may well live in another one.
 */
export function isOwnerGone(
  seen: OwnerRecord,
  here: WorkerIdentity,
  workers: readonly (Pick<WorkerRow, 'id'> & { silentSeconds: number })[],
): boolean {
  const known = workers.find((worker) => worker.id === seen.workerId);
  // It stopped writing before its lease ended, and the lease is ours.
  if (known && known.silentSeconds > LEASE_SECONDS) return true;
  const { process } = seen;
  // Two hosts may have the same name; two kernels never have the same boot.
  if (!process || process.bootId !== here.bootId) return false;
  const { bootId, pid, startedAt } = process;
  return isGone({ host: seen.host, bootId, pid, processStart: startedAt }, here) === true;
}

/**
 * Whether the datastore is still ours, by what stands in the datastore. Reads before it writes: no lock and no lease
 * keeps out a process that was paused, nor a server with another database.
 */
export class OwnerSign {
  readonly #identity: WorkerIdentity;
  readonly #clock: Clock;
  readonly #assertLease: () => void;
  readonly #onTakenOver: (store: Datastore, by: OwnerRecord) => void;
  #beating: Promise<void> | null = null;
  #takenOver = false;

  constructor(
    { identity, clock }: { identity: WorkerIdentity; clock: Clock },
    assertLease: () => void,
    onTakenOver: (store: Datastore, by: OwnerRecord) => void,
  ) {
    this.#identity = identity;
    this.#clock = clock;
    this.#assertLease = assertLease;
    this.#onTakenOver = onTakenOver;
  }

  /** The datastore is being opened anew: who stands there then is looked at once more. */
  reset(): void {
    this.#takenOver = false;
  }

  /** Throws once anybody else may write to the datastore, as far as is known. */
  assert(): void {
    this.#assertLease();
    if (!this.#takenOver) return;
    throw new BackupError('DATASTORE_NOT_OWNED', 'Another server has taken the datastore over.', {
      hint: 'Two servers must not use one datastore: remove it from one of them.',
    });
  }

  /** The same after a look into the datastore. */
  async assertStill(store: Datastore): Promise<void> {
    this.assert();
    const seen = await readOwnerRecord(store.backend);
    if (!isTakenOver(seen, { workerId: this.#identity.id, epoch: store.epoch })) return;
    this.#takenOver = true;
    this.#onTakenOver(store, seen);
    this.assert();
  }

  /** A sign of life. On storage that hangs, whoever asks again gets the promise of the first. */
  beat(store: Datastore): Promise<void> {
    this.#beating ??= this.#write(store, this.#clock.now()).finally(() => {
      this.#beating = null;
    });
    return this.#beating;
  }

  /** Whoever comes next need not wait. */
  async signOff(store: Datastore): Promise<void> {
    await this.#beating?.catch(() => {}); // it must not come after this one
    await this.#write(store, 0);
  }

  async #write(store: Datastore, seenAt: number): Promise<void> {
    await this.assertStill(store);
    const record = { ...ownerMark(this.#identity), epoch: store.epoch, seenAt };
    await writeOwnerRecord(store.backend, record, { durable: false });
  }
}
