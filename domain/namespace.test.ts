import { expect, test } from 'vitest';
import { HOSTILE_NAMES } from '#testing/hostile/names.ts';
import { parseNamespaceComponent, parseNamespacePath } from './ids.ts';
import { isWithin, namespaceUseWords, parseRemovableNamespace, sharedBytes } from './namespace.ts';

const deep = (levels: number) => Array.from({ length: levels }, (_, at) => `n${at}`).join('/');

test('what could mean something elsewhere names no namespace, at whatever level', () => {
  for (const name of HOSTILE_NAMES) {
    expect(parseNamespaceComponent(name).ok, JSON.stringify(name)).toBe(false);
    expect(parseNamespacePath(`a/${name}`).ok, JSON.stringify(name)).toBe(false);
  }
  // Names of ours and of other systems mean nothing below `ns`, and case makes two of them.
  for (const name of ['CON', 'index.json', 'owner', 'ns', 'vm', 'A', 'a'])
    expect(parseNamespaceComponent(name).ok).toBe(true);
});

test('seven levels are the most', () => {
  expect([1, 7, 8, 100].map((levels) => parseNamespacePath(deep(levels)).ok)).toEqual([
    ...[true, true, false, false],
  ]);
  expect(parseNamespacePath(Array(7).fill('x'.repeat(32)).join('/')).ok).toBe(true);
  expect(parseNamespaceComponent('x'.repeat(33)).ok).toBe(false);
});

test('the root goes with its datastore alone', () => {
  expect(parseRemovableNamespace('').ok).toBe(false);
  expect(parseRemovableNamespace('a').ok).toBe(true);
});

test('a namespace holds itself and what is below it, not what begins like it', () => {
  expect(['a', 'a/b', 'ab', ''].map((path) => isWithin(path, 'a'))).toEqual([true, true, false, false]);
  expect(isWithin('a', '')).toBe(true);
});

test('what is shared is said in words', () => {
  const words = (exclusiveBytes: number | null, usedBytes: number | null) =>
    namespaceUseWords({ exclusiveBytes, usedBytes });
  expect(sharedBytes({ exclusiveBytes: 1024, usedBytes: 4096 })).toBe(3072);
  expect(words(null, null)).toMatch(/^Not known/);
  expect(words(0, 0)).toBe('It needs no chunks.');
  expect(words(4096, 4096)).toBe('It shares nothing with other namespaces.');
  expect(words(0, 4096)).toBe('All of it is needed by other namespaces as well, and stored once.');
  expect(words(1024, 4096)).toMatch(/^3\.00.KiB of it is needed by other namespaces/);
});
