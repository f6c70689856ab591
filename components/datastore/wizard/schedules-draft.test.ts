import { expect, test } from 'vitest';
import { AdoptDatastoreInput, CreateDatastoreInput } from '#domain/datastore.ts';
import { JOB_KINDS } from '#domain/job.ts';
import { createCommands } from '../../commands/datastore-commands.ts';
import { creationInput, EMPTY_DRAFT, readDraft } from './draft.ts';
import {
  clashWords,
  keepsUpTo,
  meaningIn,
  oddWords,
  type SchedulesDraft,
  scheduleChange,
  scheduleErrors,
  scheduleInput,
  scheduleOf,
  scheduleWords,
} from './schedules-draft.ts';

const MOMENT = { now: Date.UTC(2026, 10, 27, 12), zone: 'UTC' };
const draft = { ...EMPTY_DRAFT, name: 'ibs-primary', path: '/mnt/backup' };
const odd = (change: Partial<SchedulesDraft>) =>
  JOB_KINDS.map((kind) => oddWords({ ...draft, ...change }, kind));

test('at first collections and verifications are weekly, prunes daily, and nothing is pruned', () => {
  expect(scheduleErrors(draft)).toEqual([]);
  expect(JOB_KINDS.map((kind) => scheduleWords(draft, kind))).toEqual([
    'Every day at 00:00; keeps everything',
    'Every Monday at 00:00',
    'Every Monday at 00:00',
    'Manual only',
  ]);
  expect(odd({})).toEqual(['Without a keep rule nothing is pruned, and nothing started.', null, null, null]);
});

test('a prune has next runs once it has a rule', () => {
  expect(meaningIn(draft, 'gc', MOMENT)?.next).toHaveLength(5);
  expect(meaningIn(draft, 'prune', MOMENT)?.next).toEqual([]);
  expect(meaningIn({ ...draft, keep: { last: 3 } }, 'prune', MOMENT)?.next).toHaveLength(5);
  expect(meaningIn({ ...draft, gcSchedule: 'x' }, 'gc', MOMENT)).toBeNull();
});

test('what runs by hand only says what follows from it', () => {
  const byHand = { gcSchedule: '', verifySchedule: 'none', pruneSchedule: ' ', keep: { daily: 7 } };
  expect(odd(byHand)).toEqual([
    expect.stringContaining('when somebody runs a prune'),
    expect.stringContaining('No space comes back'),
    expect.stringContaining('Damage is found when something is restored'),
    null,
  ]);
});

test('the other fields stay when a schedule is changed', () => {
  for (const kind of JOB_KINDS) {
    const next = { schedule: 'hourly', window: kind === 'gc' ? '22-6' : '' };
    const changed = { ...draft, ...scheduleChange(kind, next) };
    expect(scheduleOf(changed, kind)).toEqual(next);
    for (const other of JOB_KINDS.filter((one) => one !== kind))
      expect(scheduleOf(changed, other)).toEqual(scheduleOf(draft, other));
  }
});

test('fields that cannot be read are named in the order of the page', () => {
  expect(scheduleErrors({ ...draft, pruneSchedule: '25:00', gcWindow: '22-', gcSchedule: 'x' })).toEqual([
    'gc',
    'gc-window',
    'prune',
  ]);
});

test('a clash is told once, at the job that waits', () => {
  const clashes = (change: Partial<SchedulesDraft>) =>
    JOB_KINDS.map((kind) => clashWords({ ...draft, ...change }, kind, MOMENT).length);
  expect(clashes({})).toEqual([0, 0, 1, 0]);
  expect(clashes({ keep: { daily: 7 } })).toEqual([0, 1, 2, 0]);
  expect(clashes({ gcSchedule: 'Sun 05:00' })).toEqual([0, 0, 0, 0]);
  expect(clashes({ drillSchedule: 'Mon 00:00' })).toEqual([0, 0, 1, 2]);
});

test('the API is given what was typed in its one spelling', () => {
  const chosen = {
    ...draft,
    gcSchedule: 'SUN 5:00',
    gcWindow: '22-6',
    verifySchedule: '',
    keep: { daily: 7 },
  };
  expect(scheduleInput(chosen)).toEqual({
    gcSchedule: 'sun 05:00',
    gcWindow: '22-6',
    verifySchedule: null,
    pruneSchedule: 'daily',
    keep: { daily: 7 },
  });
  expect(scheduleInput(draft)).not.toHaveProperty('keep');
  for (const input of [CreateDatastoreInput, AdoptDatastoreInput])
    expect(input.parse(creationInput(chosen, null))).toMatchObject({
      gcSchedule: 'sun 05:00',
      keep: { daily: 7 },
    });
});

test('the command names every schedule and rule', () => {
  const chosen = { ...draft, gcSchedule: 'Sun 05:00', verifySchedule: '', keep: { daily: 7, weekly: 4 } };
  const [cli] = createCommands({ ...creationInput(chosen, null), syncLevel: 'filesystem' });
  for (const words of [
    "--gc-schedule 'sun 05:00'",
    '--verify-schedule none',
    '--prune-schedule daily',
    '--keep-daily 7',
    '--keep-weekly 4',
  ])
    expect(cli?.text).toContain(words);
});

test('a stored draft from before there were schedules gets the first ones', () => {
  expect(readDraft('{"name":"old","keep":"much"}')).toEqual({ ...EMPTY_DRAFT, name: 'old' });
});

test('the rules add up', () => {
  expect(keepsUpTo({ daily: 7, weekly: 4, yearly: 2 })).toContain('up to 13 snapshots');
  expect(keepsUpTo({ last: 1 })).toContain('up to 1 snapshot of');
});
