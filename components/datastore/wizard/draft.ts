import { z } from 'zod';
import { checkPathSyntax, DATASTORE_KINDS, SYNC_LEVELS, type SyncLevel } from '#domain/datastore.ts';
import { parseDatastoreName } from '#domain/ids.ts';
import { isBlocked, needsReason, type PlaceReport } from '#domain/place-report.ts';
import type { WizardStep } from '../../ui/WizardSteps.tsx';
import { SCHEDULES_DRAFT, scheduleErrors, scheduleInput } from './schedules-draft.ts';

/** What the wizard has been told so far, and what follows from it. */

const Draft = z.object({
  type: z.enum(DATASTORE_KINDS).catch('local'),
  /** Make a new datastore, or take over one that is there. */
  purpose: z.enum(['create', 'adopt']).catch('create'),
  name: z.string().max(64).catch(''),
  path: z.string().max(4096).catch(''),
  comment: z.string().max(512).catch(''),
  syncLevel: z.enum(SYNC_LEVELS).catch('filesystem'),
  reason: z.string().max(512).catch(''),
  ...SCHEDULES_DRAFT,
});
export type Draft = z.infer<typeof Draft>;

export const EMPTY_DRAFT: Draft = Draft.parse({});

export const REASON_MIN = 10;

/** A draft comes back from the browser's storage, so nothing about it is sure. */
export function readDraft(stored: string | null): Draft {
  try {
    return Draft.catch(EMPTY_DRAFT).parse(JSON.parse(stored ?? '{}'));
  } catch {
    return EMPTY_DRAFT;
  }
}

export type DraftField = 'name' | 'path' | 'reason';
export type DraftErrors = Partial<Record<DraftField, string>>;

/** What stands in the way, field by field. `report` is null until the path was looked at. */
export function draftErrors(draft: Draft, report: PlaceReport | null, taken: readonly string[]): DraftErrors {
  const errors: DraftErrors = {};
  const name = parseDatastoreName(draft.name);
  if (!name.ok) errors.name = problemWords(draft.name, name.problem);
  else if (taken.includes(draft.name)) errors.name = `There is a datastore ${draft.name} already.`;
  const path = checkPathSyntax(draft.path);
  if (!path.ok) errors.path = problemWords(draft.path, path.problem);
  else if (report && isBlocked(report)) errors.path = 'This directory cannot be used; see the checks below.';
  if (report && needsReason(report) && draft.reason.trim().length < REASON_MIN)
    errors.reason = `Say why it is meant, in at least ${REASON_MIN} characters.`;
  return errors;
}

/** How to write it stands below the field already; for an empty one that is all there is to know. */
function problemWords(
  text: string,
  { message, hint }: { message: string; hint?: string | undefined },
): string {
  return text === '' || !hint ? message : `${message} ${hint}`;
}

export type StepId = 'type' | 'details' | 'schedules' | 'review';

type Step = WizardStep & { id: StepId };

interface StepContext {
  errors: DraftErrors;
  /** The server has looked at the path. */
  checked: boolean;
  /** Somebody wanted to leave the details. */
  touched: boolean;
}

/** Steps are links as soon as what is before them is complete. */
export function wizardSteps(draft: Draft, { errors, checked, touched }: StepContext): Step[] {
  const isWrong = Object.keys(errors).length > 0;
  const complete = checked && !isWrong;
  const runsWell = scheduleErrors(draft).length === 0;
  const adopts = draft.purpose === 'adopt';
  return [
    { id: 'type', label: 'Type', description: 'What keeps the bytes.', state: 'done' },
    {
      id: 'details',
      label: 'Details',
      description: adopts
        ? 'Where the existing datastore is, and what it is called here.'
        : 'What it is called and where it lies. The server looks at the directory while you type.',
      state: complete ? 'done' : touched && isWrong ? 'invalid' : 'open',
    },
    {
      id: 'schedules',
      label: 'Schedules',
      description: 'What it does by itself. All of it can be changed later.',
      state: !complete ? 'locked' : runsWell ? 'open' : 'invalid',
    },
    {
      id: 'review',
      label: 'Review',
      description: adopts
        ? 'Its content stays as it is; only an identity file is written if there is none.'
        : 'Nothing has been written yet.',
      state: complete && runsWell ? 'open' : 'locked',
    },
  ];
}

/** The step that is wanted, or the last one before it that is open; the address may say what it likes. */
export function openStep(wanted: string | null, steps: readonly Step[]): StepId {
  const at = steps.findIndex(({ id }) => id === wanted);
  return steps.slice(0, at + 1).findLast(({ state }) => state !== 'locked')?.id ?? 'type';
}

/** What lies before the step that is shown has been seen. */
export function markSeen(steps: readonly Step[], current: StepId): Step[] {
  const at = steps.findIndex(({ id }) => id === current);
  return steps.map((step, index) =>
    index < at && step.state === 'open' ? { ...step, state: 'done' } : step,
  );
}

/** What the API takes; only for a draft without errors. */
export function creationInput(draft: Draft, report: PlaceReport | null) {
  const { type, name, path } = draft;
  const sameFilesystemReason = report && needsReason(report) ? draft.reason.trim() : undefined;
  return {
    type,
    name,
    path,
    comment: draft.comment.trim(),
    ...(sameFilesystemReason ? { sameFilesystemReason } : {}),
    ...scheduleInput(draft),
  };
}

export const SYNC_DEFAULT: SyncLevel = EMPTY_DRAFT.syncLevel;
