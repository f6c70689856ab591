import { againOf, isFinal, TASK_KINDS, type TaskKind, type TaskState } from './task.ts';

interface EndedTask {
  kind: TaskKind;
  state: TaskState;
  payload: unknown;
}

/** Why a task cannot be run again as it was; null when it can. */
export function whyNotAgain({ kind, state, payload }: EndedTask): string | null {
  if (!isFinal(state)) return 'It has not ended yet.';
  const again = againOf(kind);
  if (typeof again === 'object') return again.never;
  if (again === 'failed' && state !== 'failed' && state !== 'cancelled') return 'It has done its work.';
  // Another mount may be there by now, which nobody has looked at.
  return kind === 'datastore.probe' && acceptedMount(payload)
    ? 'It accepted the mount that was there then. Probe the datastore anew.'
    : null;
}

function acceptedMount(payload: unknown): boolean {
  return TASK_KINDS['datastore.probe'].payload.safeParse(payload).data?.acceptMount ?? false;
}
