import { expect, test } from 'vitest';
import { cliCommand, curlCommand, shellWord } from './command-text.ts';

test.each([
  ['ibs-primary', 'ibs-primary'],
  ['/mnt/backup/ibs-primary', '/mnt/backup/ibs-primary'],
  ['Sun 05:00', "'Sun 05:00'"],
  ["it's", "'it'\\''s'"],
  ['$(reboot)', "'$(reboot)'"],
  ['alice@ibs!ci', "'alice@ibs!ci'"],
  ['', "''"],
])('%j is written %s', (text, word) => {
  expect(shellWord(text)).toBe(word);
});

test('a short command stays on one line, options that say nothing are left out', () => {
  expect(
    cliCommand(['datastore', 'show', 'a-b'], { output: 'json', note: '', force: false, since: undefined }),
  ).toBe('ironcore-backup datastore show a-b --output json');
});

test('a long command has an option a line; lists repeat their option', () => {
  expect(
    cliCommand(['backup', 'root.pxar:/'], {
      datastore: 'ibs-primary',
      exclude: ['/var/cache', '/tmp/*'],
      'dry-run': true,
    }),
  ).toBe(
    [
      'ironcore-backup backup root.pxar:/ \\',
      '  --datastore ibs-primary \\',
      '  --exclude /var/cache \\',
      "  --exclude '/tmp/*' \\",
      '  --dry-run',
    ].join('\n'),
  );
});

test('curl sends what the page sends, with the token from the environment', () => {
  const text = curlCommand('datastore.probe', { name: "o'neill" });
  expect(text).toContain('"$IBS_URL/api/trpc/datastore.probe"');
  expect(text).toContain('Bearer $IBS_TOKEN');
  expect(text).toContain(`-d '{"json":{"name":"o'\\''neill"}}'`);
});
