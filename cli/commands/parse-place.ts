import { type BackupType, parseDatastoreName, parseLocatedGroup, parseNamespacePath } from '#domain/ids.ts';
import type { Result } from '#domain/result.ts';
import { UsageError } from '../command.ts';

export interface Place {
  datastore?: string | undefined;
  namespace?: string | undefined;
  type?: BackupType | undefined;
  id?: string | undefined;
}

/** `ibs-primary`, `ibs-primary:production` or `ibs-primary:production/vm/12345`. */
export function parsePlace(text: string): Place {
  const colon = text.indexOf(':');
  if (colon < 0) return { datastore: accepted(parseDatastoreName(text)) };
  const group = parseLocatedGroup(text);
  if (group.ok) {
    const { namespace, type, id } = group.value.ref;
    return { datastore: group.value.datastore, namespace, type, id };
  }
  const datastore = accepted(parseDatastoreName(text.slice(0, colon)));
  const path = text.slice(colon + 1);
  return path === '' ? { datastore } : { datastore, namespace: accepted(parseNamespacePath(path)) };
}

function accepted<T>(result: Result<T>): T {
  if (result.ok) return result.value;
  throw new UsageError(
    `WHERE: ${result.problem.message}`,
    'Write a datastore, a namespace such as ibs-primary:production, or a group such as ibs-primary:vm/12345.',
  );
}
