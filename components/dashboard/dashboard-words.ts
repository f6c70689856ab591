import type { NeedSubject } from '#domain/health.ts';
import { cliCommand } from '../commands/command-text.ts';
import { datastoreHref } from '../datastore/datastore-words.ts';
import { taskHref } from '../task/task-words.ts';

/** What the dashboard says in commands, and where its lines lead. */

export const STATUS_COMMAND = cliCommand(['status']);

export function needHref(subject: NeedSubject): string {
  switch (subject.kind) {
    case 'workers':
      return '/settings';
    case 'datastore':
      return datastoreHref(subject.name);
    case 'task':
      return taskHref(subject.id);
    case 'token':
      return '/access';
  }
}
