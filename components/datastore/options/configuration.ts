import type { DatastoreDetail } from '../../trpc/views.ts';

export type Configuration = Pick<DatastoreDetail, 'comment' | 'syncLevel'>;

export function configurationOf({ comment, syncLevel }: Configuration): Configuration {
  return { comment, syncLevel };
}

/** Only what differs is sent: two people who change different things do not meet. */
export function changesOf(loaded: Configuration, edited: Configuration): Partial<Configuration> {
  return {
    ...(edited.comment === loaded.comment ? {} : { comment: edited.comment }),
    ...(edited.syncLevel === loaded.syncLevel ? {} : { syncLevel: edited.syncLevel }),
  };
}
