import { expect, test } from 'vitest';
import { Turns } from './turns.ts';

test('so many go on at a time, in the order in which they came, and one too many is refused', async () => {
  const turns = new Turns(2, 2);
  const begun: number[] = [];
  const ends: (() => void)[] = [];
  const work = (number: number) =>
    turns.run(async () => {
      begun.push(number);
      await new Promise<void>((resolve) => ends.push(resolve));
    });
  const going = [0, 1, 2, 3].map(work);
  await expect(work(4)).rejects.toMatchObject({ code: 'AUTH_THROTTLED' });
  expect(begun).toEqual([0, 1]);
  ends.shift()?.();
  await going[0];
  await expect.poll(() => begun).toEqual([0, 1, 2]);
  for (const at of [1, 2, 3]) {
    await expect.poll(() => ends.length).toBeGreaterThan(0);
    ends.shift()?.();
    await going[at];
  }
  await turns.run(async () => void begun.push(5));
  expect(begun).toEqual([0, 1, 2, 3, 5]);
});

test('work that fails gives its turn back', async () => {
  const turns = new Turns(1, 0);
  await expect(turns.run(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(await turns.run(async () => 'yes')).toBe('yes');
});
