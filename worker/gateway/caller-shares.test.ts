import { describe, expect, test } from 'vitest';
import type { PrincipalId } from '#domain/principal.ts';
import { SharedMemory, SharedSeats } from './caller-shares.ts';

const alice = 'alice@ibs' as PrincipalId;
const token = 'alice@ibs!host' as PrincipalId;
const bob = 'bob@ibs' as PrincipalId;
const carol = 'carol@ibs' as PrincipalId;
const settled = () => new Promise((resolve) => setTimeout(resolve, 5));

describe('memory', () => {
  test('is a quarter for one user, whose tokens wait for each other and for nobody else', async () => {
    const memory = new SharedMemory(400);
    const first = await memory.take(alice, 80);
    let entered = false;
    const second = memory.take(token, 30).finally(() => {
      entered = true;
    });
    await settled();
    expect(entered).toBe(false);
    (await memory.take(bob, 100))();
    first();
    (await second)();
  });

  test('of all is never more than there is', async () => {
    const memory = new SharedMemory(400);
    const users = ['a', 'b', 'c', 'd', 'e'].map((name) => `${name}@ibs` as PrincipalId);
    const taken: (() => void)[] = [];
    const all = users.map(async (user) => taken.push(await memory.take(user, 100)));
    await settled();
    expect(taken.length).toBe(4);
    taken[0]?.();
    await Promise.all(all);
    expect(taken.length).toBe(5);
  });
});

describe('seats', () => {
  test('are a quarter for one user, and in all not more than there are', () => {
    const seats = new SharedSeats('downloads', 8);
    const refusal = 'too many downloads at once; try again in a minute';
    const leave = seats.take(alice);
    seats.take(token);
    expect(() => seats.take(alice)).toThrow(refusal);
    leave();
    seats.take(alice);
    for (const user of [bob, carol, 'dave@ibs' as PrincipalId]) {
      seats.take(user);
      seats.take(user);
    }
    expect(() => seats.take('eve@ibs' as PrincipalId)).toThrow(refusal);
  });
});
