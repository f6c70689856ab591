import { expect, inject, test } from 'vitest';
import { requireDatabase } from './own-database.ts';

test.each([
  [
    'another database',
    { pathname: '/missing' },
    /^There is no database "missing" at .*createdb --owner ibs missing.*$/,
  ],
  [
    'another password',
    { password: 'wrong' },
    /^The database at .* does not let "ibs" in .*Correct the user and.*$/,
  ],
  ['another user', { username: 'stranger' }, /^The database at .* does not let "stranger" in .*$/],
  ['no password', { password: '' }, /^The database at .* wants a password .*DATABASE_URL\.$/],
  ['another port', { port: '1' }, /^The database at 127\.0\.0\.1:1 does not answer .*Start it, or unset.*$/],
])('%s: one line with the remedy for it', async (_, change, words) => {
  const url = Object.assign(new URL(inject('postgres').adminUrl), change);
  await expect(requireDatabase(url.href)).rejects.toThrow(words);
});

test('what can be used is taken', async () => {
  await requireDatabase(inject('postgres').adminUrl);
});

test('an address that cannot be read is refused without its password', async () => {
  const refusal = requireDatabase('postgres://ibs:secret@host:port/ibs');
  await expect(refusal).rejects.toThrow(
    /^DATABASE_URL cannot be used .*postgres:\/\/USER:PASSWORD@HOST:PORT\/DATABASE\.$/,
  );
  await expect(refusal).rejects.not.toThrow(/secret/);
});
