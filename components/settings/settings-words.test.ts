import { expect, test } from 'vitest';
import { newDraft } from './settings-draft.ts';
import { saveCommands, shownText, timeIn } from './settings-words.ts';

const draft = newDraft({
  siteName: 'Main site',
  allowedRoots: '/mnt\n/srv',
  taskRetentionDays: '90',
  auditRetentionDays: '3650',
  timeZone: 'UTC',
  gatewayAddress: '',
});

test('the command sets what is changed, lists with commas', () => {
  const [cli] = saveCommands(draft, ['siteName', 'allowedRoots'], {});
  expect(cli?.text).toBe("ironcore-backup settings set 'siteName=Main site' allowedRoots=/mnt,/srv");
  expect(saveCommands(draft, ['siteName'], null).map(({ name }) => name)).toEqual(['CLI']);
});

test('what time it is there', () => {
  expect(timeIn('Asia/Tokyo', 0)).toBe('09:00');
  expect(timeIn('Moon/Base', 0)).toBeNull();
});

test('both values of a conflict stand in one line', () => {
  expect(shownText('/mnt\n/srv\n')).toBe('/mnt, /srv');
  expect(shownText('')).toBe('empty');
});
