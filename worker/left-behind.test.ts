import { expect, test } from 'vitest';
import { LeftBehind } from './left-behind.ts';

test('where a process is still left behind there is no room for another, and there is once it has ended', async () => {
  const left = new LeftBehind();
  const first = Promise.withResolvers<void>();
  left.add('/a', first.promise);
  expect(await left.isFree('/a', 20)).toBe(false);
  expect(await left.isFree('/b', 20)).toBe(true);
  const waiting = left.isFree('/a', 60_000);
  first.resolve();
  expect(await waiting).toBe(true);
});
