import { expect, test } from 'vitest';
import { ByteBudget } from './byte-budget.ts';

/** What is known of a wish right now, without waiting for it. */
async function isGranted(wish: Promise<unknown>): Promise<boolean> {
  const no = Symbol('not yet');
  return (await Promise.race([wish, new Promise((resolve) => setImmediate(() => resolve(no)))])) !== no;
}

test('wishes that do not fit wait in line, and are granted in their order', async () => {
  const budget = new ByteBudget(10);
  const first = await budget.take(6);
  const large = budget.take(8);
  const small = budget.take(1); // fits, but others were there before
  expect([await isGranted(large), await isGranted(small)]).toEqual([false, false]);
  first();
  expect([await isGranted(large), await isGranted(small)]).toEqual([true, true]);
});

test('a wish for more than there is counts as one for all of it', async () => {
  const budget = new ByteBudget(10);
  const all = await budget.take(99);
  const next = budget.take(1);
  expect(await isGranted(next)).toBe(false);
  all();
  all(); // giving back twice gives back once
  expect(await isGranted(next)).toBe(true);
  expect(await isGranted(budget.take(10))).toBe(false);
});

test('what is the only thing that a connection has in hand does not wait for other connections', async () => {
  const shared = new ByteBudget(10);
  const greedy = new ByteBudget(30, shared);
  const held = [await greedy.take(10), await greedy.take(10)];
  const third = greedy.take(10);
  expect(await isGranted(third)).toBe(false); // the shared budget is used up
  const modest = new ByteBudget(30, shared);
  const only = modest.take(10);
  expect(await isGranted(only)).toBe(true);
  const second = modest.take(1);
  expect(await isGranted(second)).toBe(false);
  for (const release of held) release();
  (await third)();
  (await only)();
  expect(await isGranted(second)).toBe(true);
});
