import { expect, test } from 'vitest';
import type { TokenView, UserView } from '../trpc/views.ts';
import { accountState, grantText, isOfServer, isUnused, removalSums, tokenName } from './access-words.ts';

const DAY = 86_400_000;

test.each([
  [true, null, 'enabled'],
  [false, null, 'disabled'],
  [true, 0, 'expired'],
  [true, 3 * DAY, 'expiring'],
  [true, 60 * DAY, 'enabled'],
] as const)('enabled %s, expires %s: %s', (enabled, expires, state) => {
  expect(accountState({ enabled, expiresAt: expires === null ? null : new Date(expires) }, 1)).toBe(state);
});

test('unused counts from the last use, or from when it was made', () => {
  expect(isUnused({ createdAt: new Date(0), lastUsedAt: null }, 91 * DAY)).toBe(true);
  expect(isUnused({ createdAt: new Date(0), lastUsedAt: new Date(5 * DAY) }, 91 * DAY)).toBe(false);
});

test('names and grants in words', () => {
  expect(tokenName('alice@ibs!web-1')).toBe('web-1');
  expect(grantText({ role: 'Administrator', path: '/' })).toBe('Administrator on everything');
});

test('what belongs to the server itself', () => {
  expect(isOfServer('local@system!cli')).toBe(true);
  expect(isOfServer('local@system')).toBe(true);
  expect(isOfServer('alice@systems')).toBe(false);
});

test('what goes with a user', () => {
  const user = {
    user: 'alice@ibs',
    tokenCount: 2,
    grants: [{ path: '/', role: 'Auditor' }],
  } as unknown as UserView;
  const token = (id: string, count: number) =>
    ({ id, user: id.split('!')[0], grants: Array(count).fill({ path: '/', role: 'Auditor' }) }) as TokenView;
  expect(
    removalSums(user, [token('alice@ibs!a', 1), token('alice@ibs!b', 1), token('bob@ibs!c', 1)]),
  ).toEqual({
    tokens: '2 tokens: a, b',
    grants: '1 grant and 2 grants of its tokens',
  });
  expect(removalSums({ ...user, tokenCount: 0, grants: [] }, [])).toEqual({ tokens: 'none', grants: 'none' });
});
