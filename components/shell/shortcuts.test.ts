import { describe, expect, test } from 'vitest';
import { matchShortcut, type Shortcut } from './shortcuts.ts';

const shortcut = (...keys: string[]): Shortcut => ({ keys, label: keys.join(' '), run: () => {} });
const ALL = [shortcut('g', 'd'), shortcut('g', 't'), shortcut('/'), shortcut('?')];

/** The labels found while typing, one letter after the other. */
function type(keys: string): string[] {
  let pressed: readonly string[] = [];
  return [...keys].flatMap((key) => {
    const match = matchShortcut(pressed, key, ALL);
    pressed = match.pressed;
    return match.shortcut ? [match.shortcut.label] : [];
  });
}

describe('typing', () => {
  test.each<[string, string[]]>([
    ['/', ['/']],
    ['gd', ['g d']],
    ['gdgt', ['g d', 'g t']],
    ['d', []],
    ['gxd', []],
    ['ggd', ['g d']],
    ['g/', ['/']],
    ['gx?', ['?']],
  ])('%s runs %j', (keys, labels) => expect(type(keys)).toEqual(labels));
});
