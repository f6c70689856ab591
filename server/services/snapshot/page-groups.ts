import type { GroupPageInput } from '#domain/snapshot.ts';
import type { ServiceContext } from '../context.ts';
import { requireContent } from '../require-content.ts';
import { type GroupView, listGroups } from './list-groups.ts';
import { filterGroups, sortGroups } from './order-groups.ts';

export interface GroupPage {
  groups: GroupView[];
  /** How many the filter lets through. */
  total: number;
}

/** A part of the groups of a namespace, filtered and in the order that is asked for: ten thousand stay usable. */
export async function pageGroups(context: ServiceContext, input: GroupPageInput): Promise<GroupPage> {
  await requireContent(context, input, ['Datastore.Audit', 'Datastore.Read'], 'Datastore.Backup');
  const groups = filterGroups(await listGroups(context, input), input);
  const sorted = sortGroups(groups, input.sort, input.descending);
  return { groups: sorted.slice(input.offset, input.offset + input.limit), total: groups.length };
}
