import { expect, test } from 'vitest';
import {
  changedKeys,
  conflictingKeys,
  newDraft,
  overrule,
  parseChanges,
  rebase,
  takeOver,
  textsOf,
} from './settings-draft.ts';

const loaded = textsOf({
  siteName: 'Main',
  allowedRoots: ['/mnt', '/srv'],
  taskRetentionDays: 90,
  auditRetentionDays: 3650,
  timeZone: 'UTC',
  gatewayAddress: '',
});
const edited = { base: loaded, edited: { ...loaded, siteName: 'Mine' } };

test('lists are a line each, numbers are text', () => {
  expect(loaded.allowedRoots).toBe('/mnt\n/srv');
  expect(loaded.taskRetentionDays).toBe('90');
});

test('untouched fields follow the server, touched ones stay', () => {
  const current = { ...loaded, timeZone: 'Europe/Berlin' };
  const next = rebase(edited, current);
  expect(next.edited).toEqual({ ...loaded, siteName: 'Mine', timeZone: 'Europe/Berlin' });
  expect(changedKeys(next)).toEqual(['siteName']);
  expect(conflictingKeys(next, current)).toEqual([]);
});

test('nothing new leaves the draft as it is', () => {
  expect(rebase(edited, loaded)).toBe(edited);
});

test('the same field changed on both sides is a conflict, until one side is chosen', () => {
  const current = { ...loaded, siteName: 'Theirs' };
  const next = rebase(edited, current);
  expect(conflictingKeys(next, current)).toEqual(['siteName']);
  expect(changedKeys(takeOver(next, current, ['siteName']))).toEqual([]);
  const mine = overrule(next, current, ['siteName']);
  expect(conflictingKeys(mine, current)).toEqual([]);
  expect(mine.edited.siteName).toBe('Mine');
});

test('the same change on both sides is none', () => {
  const next = rebase(edited, { ...loaded, siteName: 'Mine' });
  expect(changedKeys(next)).toEqual([]);
});

test('only what differs is sent, and what is wrong names its field', () => {
  expect(parseChanges(newDraft(loaded)).input).toEqual({});
  const good = { ...loaded, allowedRoots: ' /data \n\n', taskRetentionDays: '30' };
  expect(parseChanges({ base: loaded, edited: good }).input).toEqual({
    allowedRoots: ['/data'],
    taskRetentionDays: 30,
  });
  const bad = { ...loaded, siteName: ' ', allowedRoots: 'data', taskRetentionDays: 'soon', timeZone: 'Moon' };
  const parsed = parseChanges({ base: loaded, edited: bad });
  expect(parsed.input).toBeNull();
  expect(Object.keys(parsed.errors).sort()).toEqual([
    'allowedRoots',
    'siteName',
    'taskRetentionDays',
    'timeZone',
  ]);
});
