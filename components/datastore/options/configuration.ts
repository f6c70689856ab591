import type { SyncLevel } from '#domain/datastore.ts';
import { TrashDaysInput } from '#domain/trash-days.ts';
import type { DatastoreDetail } from '../../trpc/views.ts';

/** What can be changed about a datastore, as it stands in the form. */
export interface Configuration {
  comment: string;
  syncLevel: SyncLevel;
  verifyNew: boolean;
  /** Digits as typed. */
  trashDays: string;
}

export type Change = Partial<Omit<Configuration, 'trashDays'> & { trashDays: number }>;

type Facts = Pick<DatastoreDetail, 'comment' | 'syncLevel' | 'verifyNew' | 'trashDays'>;

export function configurationOf({ comment, syncLevel, verifyNew, trashDays }: Facts): Configuration {
  return { comment, syncLevel, verifyNew, trashDays: String(trashDays) };
}

/** Only what differs is sent: two people who change different things do not meet. What is no number yet is left out. */
export function changesOf(loaded: Configuration, edited: Configuration): Change {
  return {
    ...(edited.comment === loaded.comment ? {} : { comment: edited.comment }),
    ...(edited.syncLevel === loaded.syncLevel ? {} : { syncLevel: edited.syncLevel }),
    ...(edited.verifyNew === loaded.verifyNew ? {} : { verifyNew: edited.verifyNew }),
    ...(edited.trashDays === loaded.trashDays || edited.trashDays === ''
      ? {}
      : { trashDays: Number(edited.trashDays) }),
  };
}

export function isSameConfiguration(a: Configuration, b: Configuration): boolean {
  return Object.keys(changesOf(a, b)).length === 0 && a.trashDays === b.trashDays;
}

/** What is wrong with the days, in a sentence; null when they can be taken. */
export function trashDaysProblem(digits: string): string | null {
  if (digits === '') return 'Type a number of days; 0 removes at once.';
  const parsed = TrashDaysInput.safeParse(Number(digits));
  return parsed.success ? null : (parsed.error.issues[0]?.message ?? null);
}
