import { createHash } from 'node:crypto';
import { isBackupError } from '#domain/errors.ts';
import { planPrune } from '#domain/retention.ts';
import { type Digest, digestOf } from '#engine/chunks/digest.ts';
import type { Datastore } from '#engine/datastore.ts';
import { collectGarbage } from '#engine/gc/collect.ts';
import { listGroups } from '#engine/hierarchy/groups.ts';
import { removeLeftovers, removeSnapshot } from '#engine/hierarchy/remove-snapshot.ts';
import { fileKey, isFinished, listSnapshots } from '#engine/hierarchy/snapshots.ts';
import { openIndex } from '#engine/indexes/open-index.ts';
import { snapshotPlace } from '#engine/locks/places.ts';
import { StoredArchive } from '#engine/restore/stored-archive.ts';
import { tidyTrash } from '#engine/trash/remove-trashed.ts';
import { forgetHealed, judgeChunk, setAside } from '#engine/verify/bad-chunk.ts';
import { findDue, verifySnapshots } from '#engine/verify/verify-snapshots.ts';
import { type Fact, readFact, removeUnchanged } from '#worker/prune/remove-unchanged.ts';
import { type BackendCall, hookedBackend } from '../hooked-backend.ts';
import type { MemoryBackend } from '../memory-backend.ts';
import { openTestStore } from '../open-store.ts';
import { begin, fileName, manifestBlob, snapshotRef, uploadArchive } from '../session-client.ts';
import { type Chance, seededChance } from './chance.ts';
import { type Done, nothingDone } from './done.ts';
import { InlinePool } from './inline-pool.ts';
import { jumpingClock } from './jumping-clock.ts';
import { type Kept, Model } from './model.ts';
import { Shell } from './shell.ts';
import type { Ground } from './stored-ground.ts';
import { isGroupFree, TrashKeeper } from './trash-keeper.ts';
import { isQuick, jumpiness, sleepiness } from './turning-points.ts';
import { type Pace, Turns } from './turns.ts';

/** The process is killed after about so many turns; more than a few backups and collections take. */
const TURNS_A_LIFE = 2500;
const GROUPS = ['a', 'b', 'c', 'd'];
const CLIENTS = 3;
/** Finished snapshots that are left; more are removed. */
const KEPT = 4;
const DAY_MS = 86_400_000;
const TURNS_AFTER_JUMP = 600;
const NAME = fileName('root.pxar.didx');

interface Role extends Pace {
  /** Up to so many turns of all pass between two pieces of its work. */
  idle: number;
}

/** Some of the backups last longer than a collection, which is the one that must not be wrong and so is at work the most. */
const CLIENT: Role = { weight: 1, sleeps: 0.01, turnsAsleep: 1500, idle: 20 };
const COLLECTOR: Role = { weight: 5, sleeps: 0.005, turnsAsleep: 400, idle: 40 };
const PRUNER: Role = { weight: 1, sleeps: 0.005, turnsAsleep: 300, idle: 800 };
const VERIFIER: Role = { weight: 1, sleeps: 0.005, turnsAsleep: 300, idle: 800 };
const KEEPER: Role = { weight: 4, sleeps: 0.01, turnsAsleep: 300, idle: 30 };
const SHELL: Role = { weight: 2, sleeps: 0, turnsAsleep: 0, idle: 20 };
const RESTORER: Role = { weight: 1, sleeps: 0.005, turnsAsleep: 300, idle: 1000 };

/** From one start of the process to the next. */
interface Life {
  store: Datastore;
  turns: Turns;
}

/**
 * Backups, removals, a trash, prunes, collections, verifications, restores, bad sectors, kills and restarts of one
 * datastore, and somebody at a shell, in a seeded order of the calls that they make, with a clock that leaps by days and is
 * set to other times.
 */
export class Simulation {
  readonly done: Done = nothingDone();
  readonly #chance: Chance;
  readonly #clock = jumpingClock();
  readonly #memory: MemoryBackend;
  readonly #model: Model;
  readonly #ground: Ground;
  readonly #keeper: TrashKeeper;
  readonly #shell: Shell;
  /** At how many of the calls somebody sets the clock. */
  readonly #jumps: number;
  readonly #trace = createHash('sha256');
  #damaged: readonly Digest[] = [];
  /** Of the collection that is under way. */
  #phase: string | null = null;
  #nextTime = 1_700_000_000;
  #nextPiece = 0;

  constructor(seed: number, ground: Ground) {
    this.#chance = seededChance(seed);
    this.#memory = ground.backend(this.#clock.now);
    this.#model = new Model(this.#memory);
    this.#ground = ground;
    this.#keeper = new TrashKeeper(this.#chance, this.#model);
    this.#shell = new Shell(this.#chance, this.#model, this.#memory);
    this.#jumps = this.#chance.pick([0, 0.0005, 0.001]);
  }

  /** What was done in which order: the same for the same seed. */
  get trace(): string {
    return this.#trace.copy().digest('hex');
  }

  /** Throws at the first thing that must not be. */
  async run(turns: number): Promise<void> {
    while (this.done.turns < turns) {
      const turnsLeft = turns - this.done.turns;
      await this.#live(Math.min(1 + this.#chance.below(2 * TURNS_A_LIFE), turnsLeft));
    }
    this.done.removedChunks = this.#model.removedChunks;
  }

  async #live(turns: number): Promise<void> {
    const life = await this.#start();
    for (let count = 0; count < CLIENTS; count += 1) this.#play(life, CLIENT, () => this.#client(life));
    this.#play(life, COLLECTOR, () => this.#collect(life));
    this.#play(life, KEEPER, () => this.#keepTrash(life));
    this.#play(life, SHELL, () => this.#useShell(life));
    this.#play(life, PRUNER, () => this.#prune(life));
    this.#play(life, VERIFIER, () => this.#verify(life));
    this.#play(life, RESTORER, () => this.#restore(life));
    for (let turn = 0; turn < turns && this.#model.failure === null; turn += 1) await life.turns.next();
    this.done.turns += turns;
    this.done.crashes += 1;
    life.turns.abandon();
    this.#damaged = [...life.store.damaged];
    await this.#shell.tidy();
    this.#phase = null;
    this.#model.restart();
    if (this.#model.failure !== null) throw new Error(this.#model.failure);
  }

  async #start(): Promise<Life> {
    const turns = new Turns(this.#chance);
    let isOpen = false;
    const backend = hookedBackend(this.#memory, async (call, key) => {
      if (isOpen && !isQuick(call, key)) await this.#pause(turns, call, key);
      if (turns.isOver) await new Promise(() => {}); // whoever is gone does nothing more
      this.#trace.update(`${call} ${key}\n`);
      this.#model.observe(call, key);
      // What is carried out, and not known to be so yet.
      if (isOpen && call === 'rename') return () => turns.wait(0, 30);
    });
    const store = await openTestStore({
      ...{ backend, uuid: this.#ground.uuid, clock: this.#clock, pool: new InlinePool(1) },
    });
    for (const digest of this.#damaged) store.damaged.add(digest);
    await tidyTrash(store, NEVER);
    for (const group of await groupsOf(store)) await removeLeftovers(store, group);
    if (this.#chance.hits(0.5)) store.chunks.distrustSince(this.#clock.now() - this.#chance.below(DAY_MS));
    isOpen = true;
    return { store, turns };
  }

  /** Before a call. Days may pass; whoever sets the clock lets the others go first. */
  async #pause(turns: Turns, call: BackendCall, key: string): Promise<void> {
    await turns.wait(0, sleepiness(call, key));
    if (this.#chance.hits(0.02)) this.#clock.advance(this.#chance.next() ** 4 * 2 * DAY_MS);
    if (!this.#chance.hits(this.#jumps * jumpiness(call, key))) return;
    this.#clock.jump((this.#chance.next() - 0.5) * 4 * DAY_MS);
    this.done.jumps += 1;
    await turns.wait(this.#chance.below(TURNS_AFTER_JUMP));
  }

  #play({ turns }: Life, role: Role, work: () => Promise<void>): void {
    void turns.at(role, () => this.#repeat(turns, role.idle, work));
  }

  /** What is refused because somebody else is at work is refused. */
  async #repeat(turns: Turns, idle: number, work: () => Promise<void>): Promise<void> {
    while (this.#model.failure === null) {
      await turns.wait(this.#chance.below(idle));
      await work().catch((error) => {
        if (!this.#mayRefuse(error)) this.#model.fail(`${error?.stack ?? error}`);
      });
      this.#model.check();
    }
  }

  #mayRefuse(error: unknown): boolean {
    if (isBackupError(error, 'GC_CLOCK_UNSURE')) return this.done.jumps > 0;
    if (isBackupError(error, 'CHUNK_MISSING')) return this.done.damaged > 0;
    if (isBackupError(error, ...REFUSALS)) return true;
    return isBackupError(error, ...BY_HAND) && this.done.removedByHand > 0;
  }

  /** Now and then what was sent before, whose chunk may be just about to go. */
  #piece(): Buffer {
    if (this.#chance.hits(0.6)) this.#nextPiece += 1;
    const back = this.#chance.hits(0.6) ? 0 : this.#chance.below(40);
    const pieces = this.#ground.pieces;
    return pieces[Math.max(this.#nextPiece - back, 0) % pieces.length] as Buffer;
  }

  async #client(life: Life): Promise<void> {
    await this.#backUp(life);
    const finished = this.#model.finished();
    if (finished.length <= KEPT) return;
    // The last one is what the next backup of its group builds on.
    await this.#forget(
      life,
      this.#chance.hits(0.4) ? (finished.at(-1) as Kept) : this.#chance.pick(finished),
    );
  }

  async #backUp({ store }: Life): Promise<void> {
    const snapshot = snapshotRef(this.#chance.pick(GROUPS), this.#nextTime);
    this.#nextTime += 1 + this.#chance.below(7200);
    const session = await begin(store, snapshot);
    const sent = new Set<Digest>();
    this.#model.running.add(sent);
    try {
      const base = session.previous && this.#model.find(session.previous);
      if (base) await (await session.openPrevious(NAME)).close();
      const kept = (base?.pieces ?? []).filter(() => this.#chance.hits(0.7));
      const known = new Set<string>(kept.map(digestOf));
      const fresh = Array.from({ length: 1 + this.#chance.below(4) }, () => this.#piece());
      const pieces = [...new Map([...kept, ...fresh].map((piece) => [digestOf(piece), piece])).values()];
      const archive = await uploadArchive(session, NAME, pieces, known, (digest) => sent.add(digest));
      await session.addBlob(fileName('index.json.blob'), manifestBlob(snapshot, [archive]));
      if (this.#chance.hits(0.15)) return; // the client goes away
      const entry = this.#model.begin(snapshot, pieces, base ?? null);
      try {
        await session.finish();
        this.#model.finish(entry);
        this.done.backups += 1;
      } catch (error) {
        this.#model.forget(entry);
        throw error;
      }
    } finally {
      this.#model.running.delete(sent);
      await session.abort();
    }
  }

  async #forget({ store }: Life, kept: Kept): Promise<void> {
    await this.#remove(kept, () => removeSnapshot(store, kept.snapshot));
    this.done.removals += 1;
  }

  /** What refuses to go is there as before. */
  async #remove(kept: Kept, work: () => Promise<unknown>): Promise<void> {
    if (kept.state !== 'finished') return;
    kept.state = 'going';
    try {
      await work();
      this.#model.forget(kept);
    } catch (error) {
      if (isBackupError(error, 'SNAPSHOT_NOT_FOUND')) this.#model.forget(kept);
      else kept.state = 'finished';
      throw error;
    }
  }

  async #keepTrash({ store }: Life): Promise<void> {
    const what = await this.#keeper.turn(store);
    if (what === 'trashed') this.done.trashed += 1;
    if (what === 'restored') this.done.restoredFromTrash += 1;
  }

  async #useShell({ store, turns }: Life): Promise<void> {
    if (this.#chance.hits(0.2)) {
      if (await this.#shell.removeBase(store)) this.done.removedByHand += 1;
      return;
    }
    const isFree = isGroupFree(store);
    const free = GROUPS.filter((id) => isFree(snapshotRef(id)));
    if (this.#phase !== null || free.length === 0) return;
    const until = async (isSo: () => boolean) => {
      while (!isSo()) await turns.wait(this.#chance.below(10));
    };
    const [marking, over] = [() => this.#phase === 'Mark', () => this.#phase === null];
    await this.#shell.rename(
      store,
      this.#chance.pick(GROUPS),
      () => until(marking),
      () => until(over),
    );
    this.done.renamedByHand += 1;
  }

  async #prune({ store }: Life): Promise<void> {
    const group = snapshotRef(this.#chance.pick(GROUPS));
    const facts: Fact[] = [];
    for (const ref of await listSnapshots(store.backend, group)) facts.push(await readFact(store, ref));
    const fates = planPrune(facts, { last: 1 + this.#chance.below(3), daily: 2 }, 'UTC');
    const going = fates.filter(({ mark }) => mark === 'remove').reverse();
    for (const { snapshot } of going) {
      const kept = this.#model.find(snapshot.ref);
      const work = () => removeUnchanged(store, snapshot);
      await (kept ? this.#remove(kept, work) : work()).catch((error) => {
        if (!isBackupError(error, 'SNAPSHOT_LOCKED', 'SNAPSHOT_NOT_FOUND')) throw error;
      });
    }
    this.done.prunes += 1;
  }

  async #collect({ store }: Life): Promise<void> {
    this.#phase = 'Start';
    try {
      await collectGarbage(store, {
        ...{ dryRun: this.#chance.hits(0.1), graceSeconds: this.#chance.pick([0, 0, 3600]) },
        ...{ expectedSnapshots: null, storedBytes: null, tryAccessTime: async () => null },
        trash: { days: TRASH_DAYS, removed: async () => {} },
        ...{ signal: NEVER, warn: () => {} },
        report: ({ phase }) => {
          this.#phase = phase;
        },
        missing: async ({ digest, indexKey }) => {
          if (!this.#model.hadDamage([digest])) this.#model.fail(`${indexKey} has lost chunk ${digest}`);
        },
      });
    } finally {
      this.#phase = null;
    }
    this.done.collections += 1;
  }

  /** The disk loses something first, so that there is something to find. */
  async #verify({ store }: Life): Promise<void> {
    const finished = this.#model.finished();
    if (finished.length > 0 && this.#chance.hits(0.5)) {
      this.#model.damage(this.#chance.pick(this.#chance.pick(finished).digests));
      this.done.damaged += 1;
    }
    const due = await findDue(store, await groupsOf(store), () => this.#chance.hits(0.5), NEVER);
    const before = new Map(this.#model.damaged);
    await verifySnapshots(
      store,
      due.map(({ snapshot }) => snapshot),
      {
        ...{ upid: UPID, budgetBytes: null, signal: NEVER, report: () => {}, skipped: () => {} },
        damaged: ({ digest }) => this.#noteDamage(store, digest),
        verified: async (snapshot, problems) => {
          const kept = this.#model.find(snapshot);
          if (!kept) return;
          this.done.verified += 1;
          if (problems.length > 0 && !this.#model.hadDamage(kept.digests)) {
            this.#model.fail(`a sound snapshot failed: ${JSON.stringify(problems)}`);
          }
          const overlooked = kept.digests.find((digest) => {
            const damage = before.get(digest);
            return damage !== undefined && damage === this.#model.damaged.get(digest);
          });
          if (problems.length === 0 && overlooked) this.#model.fail(`chunk ${overlooked} was called sound`);
        },
      },
    );
    await forgetHealed(store);
  }

  /** As the worker does. */
  async #noteDamage(store: Datastore, digest: Digest): Promise<void> {
    const state = await judgeChunk(store, digest);
    if (state === 'damaged' || state === 'missing') await setAside(store, digest);
  }

  async #restore({ store }: Life): Promise<void> {
    const finished = this.#model.finished();
    if (finished.length === 0) return;
    const kept = this.#chance.pick(finished);
    using _lock = store.locks.shared(snapshotPlace(kept.snapshot), 'restore');
    if (!(await isFinished(store.backend, kept.snapshot))) {
      if (kept.state === 'finished') this.#model.fail('a finished snapshot is not there');
      return;
    }
    const reader = await store.backend.open(fileKey(kept.snapshot, NAME));
    const told: Digest[] = [];
    const archive = new StoredArchive(store, await openIndex(NAME, reader), (digest) => told.push(digest));
    try {
      const bytes = await archive.readAt(0, archive.size);
      if (!Buffer.concat(kept.pieces).equals(bytes)) this.#model.fail('other bytes than were backed up');
      this.done.restores += 1;
    } catch (error) {
      if (!isBackupError(error, 'DATA_CORRUPT', 'CHUNK_MISSING')) throw error;
      if (!this.#model.hadDamage(told))
        this.#model.fail(`a sound snapshot was not restored: ${error.message}`);
      for (const digest of told) await this.#noteDamage(store, digest);
    }
  }
}

const NEVER = new AbortController().signal;
const UPID = 'UPID:test:00000000:00000000:00000001:65432100:verify:main:admin@ibs:';
const TRASH_DAYS = 3;
/** What was removed by hand is missed in the midst of the work. */
const BY_HAND = ['PROTOCOL_VIOLATION', 'FILE_NOT_FOUND', 'SNAPSHOT_UNFINISHED', 'STORAGE_MISSING'] as const;
const REFUSALS = [
  ...(['GROUP_LOCKED', 'SNAPSHOT_LOCKED', 'SNAPSHOT_NOT_FOUND', 'SNAPSHOT_TIME_TOO_OLD'] as const),
  'SNAPSHOT_EXISTS',
] as const;

function groupsOf(store: Datastore) {
  return listGroups(store.backend, snapshotRef('a').namespace);
}
