import { expect, test } from 'vitest';
import { knownTrashBytes } from './trash-bytes.ts';

const at = (second: number) => new Date(second * 1000);

test('what came into the trash after the last look is not said to free nothing', () => {
  const looked = { trashBytes: 0, spaceUseAt: at(100) };
  expect(knownTrashBytes(looked, at(101))).toBeNull();
  expect(knownTrashBytes(looked, at(100))).toBe(0);
  expect(knownTrashBytes({ ...looked, trashBytes: 4096 }, at(50))).toBe(4096);
});

test('an empty trash frees nothing, whatever was found before; without a look nothing is known', () => {
  expect(knownTrashBytes({ trashBytes: 4096, spaceUseAt: at(100) }, null)).toBe(0);
  expect(knownTrashBytes({ trashBytes: null, spaceUseAt: null }, at(1))).toBeNull();
});
