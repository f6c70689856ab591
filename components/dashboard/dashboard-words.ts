import type { NeedSubject } from '#domain/health.ts';
import type { TaskKind } from '#domain/task.ts';
import { cliCommand } from '../commands/command-text.ts';
import { datastoreHref } from '../datastore/datastore-words.ts';
import { taskHref } from '../task/task-words.ts';

/** What the dashboard says in commands, and where its lines lead. */

export const STATUS_COMMAND = cliCommand(['status']);

/** The failed tasks of a kind. */
export function failuresHref(kind: TaskKind): string {
  return `/tasks?${new URLSearchParams({ state: 'failed', kind })}`;
}

export function needHref(subject: NeedSubject): string {
  switch (subject.kind) {
    case 'workers':
      return '/settings';
    case 'datastore':
      return datastoreHref(subject.name);
    case 'job':
      return datastoreHref(subject.name, subject.job === 'drill' ? 'verify' : subject.job);
    case 'task':
      return subject.alike ? failuresHref(subject.alike) : taskHref(subject.id);
    case 'token':
      return '/access';
  }
}
