import { expect, test } from 'vitest';
import { TrashEmptyInput, TrashRestoreInput } from '#domain/trash.ts';
import { emptyTrashCommands, listTrashCommand } from '../../commands/trash-commands.ts';
import type { TrashView } from '../../trpc/views.ts';
import { freedWords, itemId, itemLabel, itemOf, trashHref } from './trash-words.ts';

const seconds = (text: string) => Date.parse(text) / 1000;
const VIEW = {
  ...{ namespace: 'production', type: 'vm', id: '12345' },
  ...{ time: seconds('2026-05-02T08:11:33Z'), trashedTime: seconds('2026-06-01T04:00:12Z') },
  ...{ reason: 'prune', trashedBy: 'admin@ibs', owner: null, sizeBytes: 1 },
} as TrashView;
const ITEM = 'production/vm/12345/2026-05-02T08:11:33Z@2026-06-01T04:00:12Z';

test('an item is named with the time of its removal, its label is the snapshot', () => {
  expect(itemId(VIEW)).toBe(ITEM);
  expect(itemLabel(VIEW)).toBe('production/vm/12345/2026-05-02T08:11:33Z');
  const input = { datastore: 'main', items: [itemOf(VIEW)] };
  expect(TrashRestoreInput.parse(input)).toMatchObject(input);
  expect(TrashEmptyInput.parse(input).items).toEqual(input.items);
  expect(Object.keys(itemOf(VIEW)).sort()).toEqual(['id', 'namespace', 'time', 'trashedTime', 'type']);
});

test('emptying as a command and as a call that the API takes', () => {
  const lineOf = (forms: { text: string }[]) => forms[0]?.text;
  expect(lineOf(emptyTrashCommands('main', null, true))).toBe(
    'ironcore-backup trash empty main --collect --yes',
  );
  const other = { ...itemOf(VIEW), time: seconds('2026-05-03T08:11:33Z') };
  expect(lineOf(emptyTrashCommands('main', [itemOf(VIEW), other], false))).toBe(
    `ironcore-backup trash empty main \\\n  ${ITEM} \\\n  ${ITEM.replace('05-02', '05-03')} \\\n  --yes`,
  );
  const [, curl] = emptyTrashCommands('main', [itemOf(VIEW)], true);
  const body = /-d '(.*)'$/s.exec(curl?.text ?? '')?.[1] ?? '{}';
  expect(TrashEmptyInput.parse(JSON.parse(body).json)).toMatchObject({
    collect: true,
    items: [itemOf(VIEW)],
  });
});

test('the list as a command, and the way to it', () => {
  expect(listTrashCommand('main')).toBe('ironcore-backup trash list main');
  expect(listTrashCommand('main', 'vm/12')).toBe('ironcore-backup trash list main --search vm/12');
  expect(trashHref('main')).toBe('/datastores/main/prune#trash');
});

test('what is freed is told for the whole, and not invented for a part', () => {
  expect(freedWords({ freesBytes: 2048 }, true)).toBe('about 2.00\u00a0KiB');
  expect(freedWords({ freesBytes: 0 }, true)).toBe('about 0\u00a0B');
  expect(freedWords({ freesBytes: null }, true)).toMatch('not known until');
  expect(freedWords({ freesBytes: null }, false)).toMatch('for the whole trash only');
});
