import { describe, expect, test } from 'vitest';
import type { PlaceCheck, PlaceReport } from '#domain/place-report.ts';
import {
  creationInput,
  draftErrors,
  EMPTY_DRAFT,
  markSeen,
  openStep,
  readDraft,
  wizardSteps,
} from './draft.ts';

const draft = { ...EMPTY_DRAFT, name: 'ibs-primary', path: '/mnt/backup' };

function report(...checks: PlaceCheck[]): PlaceReport {
  return { path: draft.path, checks, found: null, entries: [], content: null };
}
const fine: PlaceCheck = { id: 'path', outcome: 'ok', text: 'The directory exists.' };
const shared: PlaceCheck = { id: 'sameFilesystem', outcome: 'override', text: 'Shared.' };

describe('a stored draft', () => {
  test('comes back as it was', () => {
    expect(readDraft(JSON.stringify(draft))).toEqual(draft);
  });
  test.each([null, '', 'nonsense', '[]', '{"type":"floppy"}'])('%j is an empty one', (stored) => {
    expect(readDraft(stored)).toEqual(EMPTY_DRAFT);
  });
});

describe('what stands in the way', () => {
  test('nothing, when name and path are fine', () => {
    expect(draftErrors(draft, report(fine), ['other'])).toEqual({});
  });
  test('a name that is taken or malformed', () => {
    expect(draftErrors(draft, null, ['ibs-primary']).name).toContain('already');
    expect(draftErrors({ ...draft, name: 'a b' }, null, []).name).toContain('3 to 32');
  });
  test('an empty field is told what is missing, and no more', () => {
    expect(draftErrors({ ...draft, name: '', path: '' }, null, [])).toEqual({
      name: 'Give the datastore a name.',
      path: 'Say where it lies on the server.',
    });
  });
  test('a path that is relative, or that the server refuses', () => {
    expect(draftErrors({ ...draft, path: 'mnt' }, null, []).path).toContain('absolute');
    expect(draftErrors(draft, report({ ...fine, outcome: 'blocked' }), []).path).toContain('checks');
  });
  test('a shared filesystem without a reason', () => {
    expect(draftErrors(draft, report(shared), []).reason).toContain('10');
    expect(draftErrors({ ...draft, reason: 'a lab machine' }, report(shared), [])).toEqual({});
  });
});

describe('steps', () => {
  type Context = Parameters<typeof wizardSteps>[1];
  const fresh: Context = { errors: {}, checked: false, touched: false };
  const complete: Context = { errors: {}, checked: true, touched: true };
  const states = (context: Context, more = {}) =>
    wizardSteps({ ...draft, ...more }, context).map((step) => step.state);

  test('what follows stays locked until the directory was looked at and nothing is wrong', () => {
    expect(states(fresh)).toEqual(['done', 'open', 'locked', 'locked']);
    expect(states(complete)).toEqual(['done', 'done', 'open', 'open']);
  });
  test('errors are marked only after someone has been there', () => {
    expect(states({ ...complete, errors: { name: 'x' }, touched: false })[1]).toBe('open');
    expect(states({ ...complete, errors: { name: 'x' } })[1]).toBe('invalid');
  });
  test('a schedule that cannot be read locks the review', () => {
    expect(states(complete, { gcSchedule: 'now and then' })).toEqual(['done', 'done', 'invalid', 'locked']);
    expect(states(complete, { gcWindow: '22-' })[3]).toBe('locked');
  });
  test.each([
    [null, complete, 'type'],
    ['nonsense', complete, 'type'],
    ['schedules', complete, 'schedules'],
    ['review', complete, 'review'],
    ['review', fresh, 'details'],
  ] as const)('%s leads as far as it is open', (wanted, context, step) => {
    expect(openStep(wanted, wizardSteps(draft, context))).toBe(step);
  });
  test('what lies before the step that is shown counts as done', () => {
    const seen = markSeen(wizardSteps(draft, complete), 'review');
    expect(seen.map(({ state }) => state)).toEqual(['done', 'done', 'done', 'open']);
  });
});

test('the reason is sent only where it is asked for', () => {
  const reasoned = { ...draft, reason: ' a lab machine ' };
  expect(creationInput(reasoned, report(fine))).not.toHaveProperty('sameFilesystemReason');
  expect(creationInput(reasoned, report(shared)).sameFilesystemReason).toBe('a lab machine');
});
