import type { DatastoreDetail } from '../../trpc/views.ts';

export type Configuration = Pick<DatastoreDetail, 'comment' | 'syncLevel' | 'verifyNew'>;

export function configurationOf({ comment, syncLevel, verifyNew }: Configuration): Configuration {
  return { comment, syncLevel, verifyNew };
}

/** Only what differs is sent: two people who change different things do not meet. */
export function changesOf(loaded: Configuration, edited: Configuration): Partial<Configuration> {
  return {
    ...(edited.comment === loaded.comment ? {} : { comment: edited.comment }),
    ...(edited.syncLevel === loaded.syncLevel ? {} : { syncLevel: edited.syncLevel }),
    ...(edited.verifyNew === loaded.verifyNew ? {} : { verifyNew: edited.verifyNew }),
  };
}
