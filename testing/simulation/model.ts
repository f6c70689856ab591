import { formatSnapshotPath, type SnapshotRef } from '#domain/ids.ts';
import { chunkKey } from '#engine/chunks/chunk-key.ts';
import { type Digest, digestOf, parseDigest } from '#engine/chunks/digest.ts';
import { MANIFEST_NAME, snapshotKey } from '#engine/hierarchy/layout.ts';
import { manifestKey } from '#engine/hierarchy/snapshots.ts';
import { CONTENT_NAME, TRASH_ROOT } from '#engine/trash/trash-layout.ts';
import type { BackendCall } from '../hooked-backend.ts';
import type { MemoryBackend } from '../memory-backend.ts';

export interface Kept {
  snapshot: SnapshotRef;
  pieces: readonly Buffer[];
  digests: readonly Digest[];
  /** What it is built on. */
  base: Kept | null;
  /** `finishing`: the client waits for the answer; `moving`: into the trash or out of it; `going`: somebody removes it. */
  state: 'finishing' | 'finished' | 'moving' | 'trashed' | 'going';
}

const ITEM = new RegExp(`^${TRASH_ROOT}/([^@]+)@[^/]+$`);

/**
 * What must be true of a datastore in a simulation, kept beside it. Watches the calls that take chunks away, so that the
 * first wrong one is named, and not what is found missing later.
 */
export class Model {
  /** Snapshots by path. */
  readonly kept = new Map<string, Kept>();
  /** Chunks that were damaged on the disk and not stored anew since, each with the number of its damage. */
  readonly damaged = new Map<Digest, number>();
  /** Of those, the ones that stand under their name. */
  readonly rotten = new Set<Digest>();
  /** What running backups have sent. */
  readonly running = new Set<Set<Digest>>();
  failure: string | null = null;
  removedChunks = 0;
  #damages = 0;
  readonly #memory: MemoryBackend;
  readonly #wasDamaged = new Set<Digest>();

  constructor(memory: MemoryBackend) {
    this.#memory = memory;
  }

  fail(what: string): void {
    this.failure ??= what;
  }

  /** Directly before the call is made. */
  observe(call: BackendCall, key: string): void {
    if (call === 'rename') this.#expire(key);
    const digest = key.startsWith('.chunks/') && parseDigest(key.slice(key.lastIndexOf('/') + 1));
    if (!digest) return;
    if (call === 'put') this.#heal(digest);
    if (call === 'remove') this.#removed(digest);
    if (call === 'rename' && !this.rotten.delete(digest)) this.fail(`sound chunk ${digest} was set aside`);
  }

  /** Flips a bit on the disk. */
  damage(digest: Digest): void {
    const object = this.#memory.objects.get(chunkKey(digest));
    if (!object || this.damaged.has(digest)) return;
    const bytes = Buffer.from(object.bytes);
    bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
    object.bytes = bytes;
    this.#damages += 1;
    this.damaged.set(digest, this.#damages);
    this.rotten.add(digest);
    this.#wasDamaged.add(digest);
  }

  find(snapshot: SnapshotRef): Kept | undefined {
    return this.kept.get(formatSnapshotPath(snapshot));
  }

  /** Whether something that is or was damaged is among them. */
  hadDamage(digests: readonly Digest[]): boolean {
    return digests.some((digest) => this.#wasDamaged.has(digest));
  }

  begin(snapshot: SnapshotRef, pieces: readonly Buffer[], base: Kept | null): Kept {
    const kept: Kept = { snapshot, pieces, digests: pieces.map(digestOf), base, state: 'finishing' };
    this.kept.set(formatSnapshotPath(snapshot), kept);
    return kept;
  }

  /** A client was told that its backup is safe. */
  finish(kept: Kept): void {
    kept.state = 'finished';
    for (const digest of kept.digests) {
      if (!this.#isStored(digest)) this.#failOf(kept, `finished without chunk ${digest}`);
    }
  }

  forget(kept: Kept): void {
    this.kept.delete(formatSnapshotPath(kept.snapshot));
  }

  finished(): Kept[] {
    return [...this.kept.values()].filter(({ state }) => state === 'finished');
  }

  /** Everything that is known as finished is there, but for what the disk has lost. */
  check(): void {
    for (const kept of this.finished()) {
      if (!this.#memory.objects.has(manifestKey(kept.snapshot))) this.#failOf(kept, 'is gone');
      const lost = kept.digests.find((digest) => !this.#isStored(digest) && !this.damaged.has(digest));
      if (lost) this.#failOf(kept, `has lost chunk ${lost}`);
    }
  }

  /** The process is gone: what was under way has either happened or not. */
  restart(): void {
    this.running.clear();
    for (const kept of this.kept.values()) {
      const before = kept.state;
      const places = this.#placesOf(kept);
      if (places.length > 0) kept.state = places[0] === manifestKey(kept.snapshot) ? 'finished' : 'trashed';
      else if (before === 'finishing' || before === 'going') this.forget(kept);
      if (places.length > 1) this.#failOf(kept, `is at ${places.length} places`);
      if (places.length === 0 && (before === 'moving' || before === 'trashed'))
        this.#failOf(kept, 'is nowhere');
    }
    this.check();
  }

  /** Of its manifest, in its group and in the trash. */
  #placesOf({ snapshot }: Kept): string[] {
    const own = manifestKey(snapshot);
    const inTrash = `${TRASH_ROOT}/${snapshotKey(snapshot)}@`;
    const places = [...this.#memory.objects.keys()].filter(
      (key) => key === own || (key.startsWith(inTrash) && key.endsWith(`/${CONTENT_NAME}/${MANIFEST_NAME}`)),
    );
    return places.sort();
  }

  /** An item of the trash goes for good by a rename of itself. */
  #expire(key: string): void {
    const [, path = ''] = ITEM.exec(key) ?? [];
    this.kept.delete(path);
  }

  #isStored(digest: Digest): boolean {
    return this.#memory.objects.has(chunkKey(digest));
  }

  #heal(digest: Digest): void {
    this.damaged.delete(digest);
    this.rotten.delete(digest);
  }

  #removed(digest: Digest): void {
    this.removedChunks += 1;
    for (const kept of this.kept.values()) {
      // One whose base somebody takes away behind our back is not safe, and its client must not be told that it is.
      const isUnsafe = kept.state === 'finishing' && kept.base?.state === 'going';
      if (kept.state !== 'going' && !isUnsafe && kept.digests.includes(digest)) {
        this.#failOf(kept, `needs chunk ${digest}, which was removed`);
      }
    }
    for (const sent of this.running) {
      if (sent.has(digest)) this.fail(`a running backup has sent chunk ${digest}, which was removed`);
    }
    this.#heal(digest);
  }

  #failOf({ snapshot, state }: Kept, what: string): void {
    this.fail(`${formatSnapshotPath(snapshot)} (${state}) ${what}`);
  }
}
