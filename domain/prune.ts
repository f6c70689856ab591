import { z } from 'zod';
import { DatastoreNameInput } from './datastore.ts';
import type { Privilege } from './permissions.ts';
import { parsePrincipalId } from './principal.ts';
import { KeepOptions } from './retention.ts';
import { schemaOf } from './schema.ts';
import { GroupScope } from './scope.ts';

const Wish = GroupScope.extend({ keep: KeepOptions, name: DatastoreNameInput });

/** Prune although far fewer snapshots are found than are on record. */
const acceptMissing = z.boolean().default(false);

export const PruneInput = Wish.extend({ acceptMissing });
export type PruneInput = z.infer<typeof PruneInput>;

/** A part of the plan, counted in snapshots: groups in the order of every listing, in each the newest first. */
export const PrunePlanInput = Wish.extend({
  offset: z.number().int().min(0).default(0),
  limit: z.number().int().min(0).max(10_000).default(1000),
});
export type PrunePlanInput = z.infer<typeof PrunePlanInput>;

/** What the task is given beside its datastore. */
export const PrunePayload = GroupScope.extend({
  keep: KeepOptions,
  acceptMissing,
  /** Whose privileges bound it; null for the server itself, which may prune every group. */
  onBehalfOf: schemaOf((text) => parsePrincipalId(text)).nullable(),
});

/** Any of these on a namespace lets one prune in it. */
export const PRUNE_PRIVILEGES = ['Datastore.Modify', 'Datastore.Prune'] as const satisfies Privilege[];

/** Whose groups may be pruned in a namespace by whom holds these privileges on it; null for none. */
export function pruneReach(holds: (privilege: Privilege) => boolean): 'all' | 'own' | null {
  if (holds('Datastore.Modify')) return 'all';
  return holds('Datastore.Prune') ? 'own' : null;
}

/**
 * Storage of which a part is not there looks like one from which much was removed. With less than half of what was
 * recorded, nothing is removed unless somebody says that it is right so.
 */
export function isFarFewer(found: number, recorded: number): boolean {
  return found * 2 < recorded;
}
