import { expect, test } from 'vitest';
import { MemoryShelf } from './memory-shelf.ts';

const MIB = 1024 * 1024;

test('memory that was given back is used again, for anything of about that size', () => {
  const shelf = new MemoryShelf(8 * MIB);
  const first = shelf.take(4 * MIB - 1000);
  shelf.giveBack(first);
  const second = shelf.take(4 * MIB);
  expect(second.buffer).toBe(first.buffer);
  expect(second.length).toBe(4 * MIB);
  expect(shelf.take(4 * MIB).buffer).not.toBe(first.buffer);
});

test('what is kept is bounded, and the memory of what has to go is free at once', () => {
  const shelf = new MemoryShelf(4 * MIB);
  const views = [3, 2, 1].map((size) => shelf.take(size * MIB));
  for (const view of views) shelf.giveBack(view);
  expect(views.map((view) => view.buffer.detached)).toEqual([true, false, false]);
});

test('what did not come from a shelf, or has moved to a thread since, is left alone', () => {
  const shelf = new MemoryShelf(4 * MIB);
  const moved = shelf.take(MIB);
  structuredClone(moved, { transfer: [moved.buffer] });
  const strange = [Buffer.alloc(100), new Uint8Array(0), new Uint8Array(new SharedArrayBuffer(MIB)), moved];
  for (const view of strange) shelf.giveBack(view);
  for (const view of strange) expect(shelf.take(MIB).buffer).not.toBe(view.buffer);
});
