import { ROOT_NAMESPACE } from '#domain/ids.ts';
import { DEFAULT_JOB } from '#domain/job.ts';
import { type AclPath, datastorePath } from '#domain/permissions.ts';
import type { JobRow } from '#drizzle/jobs.ts';

/**
 * The job of its kind that is always there, and of the further ones, whose names people gave, those that touch what one may
 * see; `seesBelow` says whether there is something of that at a path or below it.
 */
export function seesJob(
  seesBelow: (path: AclPath) => boolean,
  datastore: string,
  { name, options }: Pick<JobRow, 'name' | 'options'>,
): boolean {
  return name === DEFAULT_JOB || seesBelow(datastorePath(datastore, options.namespace ?? ROOT_NAMESPACE));
}
