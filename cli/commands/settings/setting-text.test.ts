import { expect, test } from 'vitest';
import { UsageError } from '../../command.ts';
import { parseChange, settingsInput } from './setting-text.ts';

test.each([
  [['siteName=Backup, main'], { siteName: 'Backup, main' }],
  [['site-name=x=y'], { siteName: 'x=y' }],
  [['taskRetentionDays=30'], { taskRetentionDays: 30 }],
  [['allowedRoots=/mnt,/srv'], { allowedRoots: ['/mnt', '/srv'] }],
  [['allowed-roots+=/srv, /mnt'], { allowedRootsAdd: ['/srv', '/mnt'] }],
  [['allowedRoots-=/mnt', 'allowedRoots+=/srv'], { allowedRootsRemove: ['/mnt'], allowedRootsAdd: ['/srv'] }],
  [['gatewayAddress='], { gatewayAddress: '' }],
])('%j', (words, input) => {
  expect(settingsInput(words.map(parseChange))).toEqual(input);
});

test.each(['nonsense', 'nonsense=1', 'siteName', '=x', ''])('%j is no change', (word) => {
  expect(() => parseChange(word)).toThrow(UsageError);
});

test.each(['taskRetentionDays=soon', 'siteName+=x'])('%s is refused', (word) => {
  expect(() => settingsInput([parseChange(word)])).toThrow(UsageError);
});
