import { expect, test } from 'vitest';
import { BodyMemory } from './body-memory.ts';

const MIB = 1024 * 1024;

function filled(memory: BodyMemory, bytes: number, value: number): Uint32Array {
  const body = memory.take(bytes);
  if (body === null) throw new Error('no memory');
  return body.fill(value);
}

test('the last body of each name is known, and its memory is used again after that of the next', () => {
  const memory = new BodyMemory();
  expect(memory.last('a')).toHaveLength(0);
  const first = filled(memory, 4000, 1);
  memory.remember('a', first);
  memory.remember('b', filled(memory, 8, 2));
  const second = filled(memory, 4000, 3);
  expect(second.buffer).not.toBe(first.buffer);
  expect(memory.last('a')).toEqual(new Uint32Array(1000).fill(1));
  memory.remember('a', second);
  expect(memory.last('a')).toEqual(new Uint32Array(1000).fill(3));
  expect(memory.last('b')).toEqual(new Uint32Array(2).fill(2));
  expect(filled(memory, 4096, 4).buffer).toBe(first.buffer);
});

test('there is a limit, and what is given back counts no more', () => {
  const memory = new BodyMemory();
  memory.remember('a', filled(memory, 64 * MIB, 1));
  expect(memory.take(64 * MIB)).toBeNull();
  memory.remember('a', null);
  expect(memory.last('a')).toHaveLength(0);
  memory.remember('b', filled(memory, 96 * MIB - 32 * MIB, 2));
  memory.forgetAll();
  expect(memory.last('b')).toHaveLength(0);
  expect(memory.take(32 * MIB)).not.toBeNull();
  expect(memory.take(32 * MIB)).not.toBeNull();
});
