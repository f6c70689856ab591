import type { ByteBuilder } from './byte-builder.ts';
import type { ByteText } from './byte-text.ts';
import { GOODBYE, GOODBYE_ITEM_SIZE, GOODBYE_TAIL, HEADER_SIZE } from './item-types.ts';
import { compareHash, type Hash64, sipHash } from './siphash.ts';

/** A child of a directory as its table knows it; `start` is where its FILENAME stands in the stream. */
export interface TableChild {
  hash: Hash64;
  start: number;
  /** Where its last byte ends. */
  end: number;
}

/** Full size of a GOODBYE item: header, one entry a child, and the tail. */
export function goodbyeSize(children: number): number {
  return HEADER_SIZE + GOODBYE_ITEM_SIZE * (children + 1);
}

/**
 * The goodbye table of one directory: what random access searches. Children arrive in stream order; the
 * table holds them as a binary search tree over the hashes of their names.
 */
export class GoodbyeTable {
  readonly children: TableChild[] = [];

  /** A child begins; the one before it ends here. */
  add(name: ByteText, start: number): void {
    this.endLast(start);
    this.children.push({ hash: sipHash(name), start, end: start });
  }

  endLast(end: number): void {
    const last = this.children.at(-1);
    if (last !== undefined) last.end = end;
  }

  /** The whole item. `start`: where its header will stand; `entryStart`: where its directory begins. */
  encode(builder: ByteBuilder, start: number, entryStart: number): void {
    const { children } = this;
    const sorted = children.toSorted(compareChildren);
    builder.header(GOODBYE, goodbyeSize(children.length) - HEADER_SIZE);
    for (const rank of searchTreeOrder(children.length)) {
      const child = sorted[rank];
      if (child === undefined) continue; // the order names every rank once
      builder.u32(child.hash.low).u32(child.hash.high);
      builder.u64(start - child.start).u64(child.end - child.start);
    }
    builder.u32(GOODBYE_TAIL.low).u32(GOODBYE_TAIL.high);
    builder.u64(start - entryStart).u64(goodbyeSize(children.length));
  }
}

/** Equal hashes may stand in any order; ours is by place, so that one tree has one table. */
export function compareChildren(a: TableChild, b: TableChild): number {
  return compareHash(a.hash, b.hash) || a.start - b.start;
}

/**
 * For each slot of the table the rank of the child that belongs there: slot 0 is the root, the children of
 * slot i are 2i+1 and 2i+2, all slots are used. Walking the slots in order of the tree meets the ranks
 * 0, 1, 2 …, and that is how they are given out.
 */
export function searchTreeOrder(count: number): Uint32Array {
  const order = new Uint32Array(count);
  const path: number[] = [];
  let slot = 0;
  for (let rank = 0; rank < count; ) {
    if (slot < count) {
      path.push(slot);
      slot = 2 * slot + 1;
      continue;
    }
    slot = path.pop() ?? 0;
    order[slot] = rank;
    rank += 1;
    slot = 2 * slot + 2;
  }
  return order;
}
