import { DigestMap } from '#engine/chunks/digest-map.ts';

/**
 * Which chunks of this backup the server has by now. A thread may find a chunk that another thread found a moment
 * before and that is still on its way: an index may refer to it only when it has arrived.
 */
export class RunChunks {
  readonly #arrived = new DigestMap();
  readonly #waiting = new Map<string, (() => void)[]>();

  /** `then` is called at once, or as soon as the chunk has arrived. */
  whenArrived(digest: Uint8Array, then: () => void): void {
    if (this.#arrived.get(digest) !== undefined) {
      then();
      return;
    }
    const key = Buffer.from(digest).toString('latin1');
    const list = this.#waiting.get(key);
    if (list) list.push(then);
    else this.#waiting.set(key, [then]);
  }

  arrived(digest: Uint8Array, sizeBytes: number): void {
    this.#arrived.set(digest, sizeBytes);
    const key = Buffer.from(digest).toString('latin1');
    const waiting = this.#waiting.get(key) ?? [];
    this.#waiting.delete(key);
    for (const then of waiting) then();
  }
}
