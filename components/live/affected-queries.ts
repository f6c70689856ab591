import type { ServerEvent } from '../trpc/views.ts';

/** Which questions may have another answer after a change, by topic of the change. */
const AFFECTED: Record<ServerEvent['topic'], readonly string[]> = {
  task: ['task.list', 'task.causes', 'task.get', 'datastore.jobs', 'system.overview'],
  datastore: [
    'datastore.list',
    'datastore.get',
    'datastore.jobs',
    'namespace.get',
    'datastore.days',
    'drill.list',
    'trash.list',
    'system.overview',
  ],
  content: [
    'snapshot.list',
    'snapshot.get',
    'snapshot.groups',
    'snapshot.groupPage',
    'namespace.list',
    'namespace.get',
    'datastore.list',
    'datastore.get',
    'datastore.prunePlan',
    'datastore.verification',
    'datastore.topUse',
    'trash.list',
    'system.overview',
  ],
  access: ['user.list', 'token.list', 'acl.list', 'namespace.get', 'session.me', 'system.overview'],
  settings: ['settings.get', 'system.about'],
  worker: ['system.about', 'datastore.list', 'datastore.get'],
};

/** Answers about one thing: only a change of that very thing counts. */
const BY_REF: Readonly<Record<string, (input: unknown) => unknown>> = {
  'task.get': (input) => fieldOf(input, 'id'),
};

/** Whether a cached answer may be outdated. `key` is a key of tRPC: path, then input. */
export function isAffected(key: readonly unknown[], events: readonly ServerEvent[]): boolean {
  const [path, options] = key;
  if (!Array.isArray(path)) return false;
  const name = path.join('.');
  const refOf = BY_REF[name];
  const ref = refOf?.(fieldOf(options, 'input'));
  return events.some((event) => AFFECTED[event.topic].includes(name) && (!refOf || ref === event.ref));
}

function fieldOf(value: unknown, field: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[field] : undefined;
}
