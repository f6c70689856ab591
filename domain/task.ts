import { z } from 'zod';
import { AuditVerifyPayload } from './audit-log.ts';
import { MaintenanceInput } from './datastore.ts';
import { DrillPayload } from './drill.ts';
import { GcPayload, GcPreviewPayload } from './gc.ts';
import { GroupMovePayload, NamespaceMovePayload } from './move.ts';
import { NamespaceRemovePayload } from './namespace.ts';
import { PrunePayload } from './prune.ts';
import { SnapshotInput } from './snapshot.ts';
import { TrashEmptyPayload, TrashRestorePayload } from './trash.ts';
import { VerifyPayload } from './verify.ts';

/** Everything that takes longer than a second is a task; this is the table of their kinds. */

export const TASK_STATES = ['queued', 'running', 'succeeded', 'warnings', 'failed', 'cancelled'] as const;
export type TaskState = (typeof TASK_STATES)[number];

export function isFinal(state: TaskState): boolean {
  return state !== 'queued' && state !== 'running';
}

const OnDatastore = z.object({ datastoreId: z.uuid() });
const Snapshots = OnDatastore.extend({ snapshots: z.array(SnapshotInput).min(1).max(10_000) });

type Again = 'ended' | 'failed' | { never: string };

interface TaskKindEntry {
  title: string;
  /** Null for what the gateway records itself and nobody can queue. */
  payload: z.ZodType | null;
  /** What a lost worker means: start again, or tell the user. */
  onLost: 'retry' | 'fail';
  /** What cancelling leaves behind, for the dialog. */
  onCancel: string;
  /** Whether the same wish can be sent again: after any end, where nothing came of it, or never, with what to do instead. */
  again?: Again;
  /** A question of the console rather than work; left out of task lists and soon deleted. */
  quiet?: true;
  /** The phases that it goes through, in order, and what each does. */
  steps?: readonly { phase: string; title: string }[];
}

const MARK_STEP = { phase: 'Mark', title: 'Read every index, and mark the chunks that they need' };

const GC_STEPS = [
  MARK_STEP,
  { phase: 'Count', title: 'With a limit or a window: count what would go' },
  { phase: 'Sweep', title: 'Look at every chunk, and remove those that nothing needs' },
] as const;

const PREVIEW_STEPS = [
  MARK_STEP,
  { phase: 'Sweep', title: 'Look at every chunk' },
  { phase: 'Who uses the space', title: 'Count what each snapshot alone needs' },
] as const;

export const TASK_KINDS = {
  'datastore.inspect': {
    title: 'Look at a path',
    payload: z.object({
      path: z.string(),
      purpose: z.enum(['create', 'adopt']),
      ignoreId: z.uuid().optional(),
    }),
    onLost: 'fail',
    onCancel: 'Nothing was changed.',
    again: { never: 'Look at the path anew.' },
    quiet: true,
  },
  'datastore.create': {
    title: 'Create datastore',
    payload: OnDatastore.extend({ sameFilesystemReason: z.string().optional() }),
    onLost: 'retry',
    onCancel: 'What was made so far is removed again.',
    again: { never: 'Nothing of it was kept. Add the datastore anew.' },
    steps: [
      { phase: 'Checks', title: 'Look at the directory once more' },
      { phase: 'Access times', title: 'Check that access times are kept' },
      { phase: 'Chunk directories', title: 'Make 65 536 chunk directories and the identity file' },
      { phase: 'Probe', title: 'Write, read back and remove a test file' },
    ],
  },
  'datastore.adopt': {
    title: 'Adopt datastore',
    payload: OnDatastore.extend({ sameFilesystemReason: z.string().optional() }),
    onLost: 'retry',
    onCancel: 'The directory stays as it was.',
    again: { never: 'Nothing of it was kept. Adopt the datastore anew.' },
    steps: [
      { phase: 'Checks', title: 'Look at the datastore in the directory' },
      { phase: 'Probe', title: 'Write, read back and remove a test file' },
      { phase: 'Groups', title: 'List its groups and snapshots' },
      { phase: 'Chunks', title: 'Count its chunks' },
    ],
  },
  'datastore.probe': {
    title: 'Probe datastore',
    payload: OnDatastore.extend({ acceptMount: z.boolean() }),
    onLost: 'retry',
    onCancel: 'The status stays as it was.',
    again: 'ended',
  },
  'datastore.accept': {
    title: 'Accept datastore',
    payload: OnDatastore.extend({ reason: z.string() }),
    onLost: 'retry',
    onCancel: 'It is not trusted; chunks that were found damaged stay set aside.',
    again: { never: 'Accept the datastore anew, with a reason of today.' },
    steps: [
      { phase: 'Waiting for running work', title: 'Wait for what is running' },
      { phase: 'Probe', title: 'Write, read back and remove a test file' },
      {
        phase: 'Chunks written since the last flush',
        title: 'Check the chunks written since the last good flush',
      },
    ],
  },
  'datastore.rescan': {
    title: 'Rescan datastore',
    payload: OnDatastore,
    onLost: 'retry',
    onCancel: 'Lists stay as they were.',
    again: 'ended',
  },
  'datastore.audit': {
    title: 'Audit datastore',
    payload: OnDatastore.extend({ deep: z.boolean() }),
    onLost: 'retry',
    onCancel: 'Findings so far are in the log; chunks that were found damaged stay set aside.',
    again: 'ended',
    steps: [
      { phase: 'Names', title: 'Hold every name against the format' },
      { phase: 'Snapshots', title: 'Check manifests, files and indexes, and the chunks that they need' },
      { phase: 'Chunk files', title: 'Count the chunk files' },
      { phase: 'Records', title: 'Hold the lists against the datastore' },
    ],
  },
  'datastore.gc': {
    title: 'Garbage collection',
    payload: OnDatastore.extend(GcPayload.shape),
    onLost: 'retry',
    onCancel: 'What was removed so far was garbage; the rest of it stays until the next run.',
    again: 'ended',
    steps: GC_STEPS,
  },
  'datastore.gcPreview': {
    title: 'Preview of a garbage collection',
    payload: OnDatastore.extend(GcPreviewPayload.shape),
    onLost: 'retry',
    onCancel: 'Nothing was changed.',
    again: 'ended',
    steps: PREVIEW_STEPS,
  },
  'datastore.verify': {
    title: 'Verification',
    payload: OnDatastore.extend(VerifyPayload.shape),
    onLost: 'retry',
    onCancel: 'Snapshots verified so far carry the result; the others keep the one from before.',
    again: 'ended',
    steps: [
      { phase: 'Choose', title: 'Find the snapshots that are due' },
      { phase: 'Verify', title: 'Read every chunk once, and check it against its name' },
    ],
  },
  'datastore.drill': {
    title: 'Restore drill',
    payload: OnDatastore.extend(DrillPayload.shape),
    onLost: 'retry',
    onCancel: 'What was restored so far is removed, and there is no report. The snapshot is as it was.',
    again: 'ended',
    steps: [
      { phase: 'Choose', title: 'Find a snapshot, and see whether there is room to restore it' },
      { phase: 'Restore', title: 'Restore an archive into the scratch directory' },
      { phase: 'Compare', title: 'Read it back, and compare it with what was backed up' },
    ],
  },
  'datastore.drillRoom': {
    title: 'Room for a restore drill',
    payload: OnDatastore.extend({ snapshot: SnapshotInput.nullable() }),
    onLost: 'fail',
    onCancel: 'Nothing was changed.',
    again: { never: 'Ask anew.' },
    quiet: true,
  },
  'datastore.prune': {
    title: 'Prune datastore',
    payload: OnDatastore.extend(PrunePayload.shape),
    onLost: 'retry',
    onCancel: 'Snapshots removed so far stay removed; the others are untouched.',
    steps: [
      { phase: 'Counting', title: 'Count the snapshots, and compare with what is on record' },
      { phase: 'Pruning', title: 'Remove what no rule keeps, group by group' },
    ],
  },
  'datastore.maintenance': {
    title: 'Set maintenance mode',
    payload: OnDatastore.extend({ mode: MaintenanceInput.shape.mode, message: z.string() }),
    onLost: 'retry',
    onCancel: 'The mode is already set; work that was running goes on.',
    again: { never: 'Set the mode anew, on the datastore.' },
  },
  'datastore.remove': {
    title: 'Remove datastore',
    payload: OnDatastore.extend({ destroyData: z.boolean() }),
    onLost: 'retry',
    onCancel: 'Data that was already removed is gone.',
    again: { never: 'Remove it anew, on the datastore, where it is said what goes.' },
  },
  'snapshot.forget': {
    title: 'Forget snapshots',
    payload: Snapshots,
    onLost: 'retry',
    onCancel: 'Snapshots forgotten so far stay forgotten; the others are untouched.',
    again: { never: 'Forget them anew, in the list of snapshots, where it is said what goes.' },
  },
  'snapshot.update': {
    title: 'Change snapshot',
    payload: OnDatastore.extend({
      snapshot: SnapshotInput,
      notes: z.string().optional(),
      protected: z.boolean().optional(),
    }),
    onLost: 'retry',
    onCancel: 'The change is made whole or not at all.',
    again: 'failed',
  },
  'snapshot.move': {
    title: 'Move backup group',
    payload: OnDatastore.extend(GroupMovePayload.shape),
    onLost: 'retry',
    onCancel: 'The group is at one place, whole: the new one if it had begun.',
    again: 'failed',
  },
  'namespace.create': {
    title: 'Create namespace',
    payload: OnDatastore.extend({ namespace: z.string().min(1) }),
    onLost: 'retry',
    onCancel: 'The namespace is made whole or not at all.',
    again: 'failed',
  },
  'namespace.remove': {
    title: 'Remove namespace',
    payload: OnDatastore.extend(NamespaceRemovePayload.shape),
    onLost: 'retry',
    onCancel:
      'It is there whole, or gone. What is still on its way to the trash then comes there with the next collection.',
    again: { never: 'Remove it anew, where it is said what goes.' },
    steps: [
      { phase: 'Content', title: 'Lock everything in it, and compare it with the plan' },
      { phase: 'Trash', title: 'Move its snapshots to the trash' },
    ],
  },
  'namespace.move': {
    title: 'Move namespace',
    payload: OnDatastore.extend(NamespaceMovePayload.shape),
    onLost: 'retry',
    onCancel: 'It is at one place, whole: the new one if it had begun.',
    again: 'failed',
  },
  'trash.restore': {
    title: 'Restore from the trash',
    payload: OnDatastore.extend(TrashRestorePayload.shape),
    onLost: 'retry',
    onCancel: 'Snapshots restored so far are back; the others stay in the trash.',
    again: { never: 'Restore what is left anew, from the trash.' },
  },
  'trash.empty': {
    title: 'Empty the trash',
    payload: OnDatastore.extend(TrashEmptyPayload.shape),
    onLost: 'retry',
    onCancel: 'Snapshots removed so far are gone for good; the others stay in the trash.',
    again: { never: 'Empty it anew, where it is said what goes.' },
  },
  'audit.verify': {
    title: 'Verify the audit log',
    payload: AuditVerifyPayload,
    onLost: 'retry',
    onCancel: 'Nothing was changed.',
    again: 'ended',
  },
  backup: {
    title: 'Backup',
    payload: null,
    onLost: 'fail',
    onCancel: 'The unfinished snapshot is removed; earlier ones are untouched.',
    again: { never: 'The client that sends it starts the next one.' },
  },
  restore: {
    title: 'Restore',
    payload: null,
    onLost: 'fail',
    onCancel: 'The client stops receiving data.',
    again: { never: 'The client that receives it starts it anew.' },
  },
} as const satisfies Record<string, TaskKindEntry>;

export type TaskKind = keyof typeof TASK_KINDS;

/** The steps of a kind; none where progress has no fixed phases. */
export function stepsOf(kind: TaskKind): readonly { phase: string; title: string }[] {
  const entry: TaskKindEntry = TASK_KINDS[kind];
  return entry.steps ?? [];
}

export function againOf(kind: TaskKind): Again {
  const entry: TaskKindEntry = TASK_KINDS[kind];
  return entry.again ?? { never: 'Start it anew where it was started.' };
}

export type QueuedTaskKind = {
  [K in TaskKind]: (typeof TASK_KINDS)[K]['payload'] extends null ? never : K;
}[TaskKind];
export type TaskPayload<K extends QueuedTaskKind> = z.infer<NonNullable<(typeof TASK_KINDS)[K]['payload']>>;

/** How far a running task is; everything but the phase may be unknown. */
export interface TaskProgress {
  phase: string;
  done?: number;
  total?: number;
  unit?: 'bytes' | 'chunks' | 'snapshots' | 'directories' | 'steps' | 'files' | 'groups' | 'rows';
  /** Units per second over the last few seconds. */
  rate?: number;
  /** Milliseconds that are left at this rate. */
  leftMs?: number;
}

export type LogLevel = 'info' | 'warning' | 'error';

export interface LogLine {
  /** 1, 2, 3, … within the task. */
  number: number;
  /** Milliseconds since 1970. */
  at: number;
  level: LogLevel;
  text: string;
}

export interface TaskError {
  code: string;
  message: string;
  hint?: string;
}
