import { and, eq, isNotNull, isNull, ne, or, type SQL, sql } from 'drizzle-orm';
import type { VerifyState } from '#domain/snapshot.ts';
import { snapshot } from '#drizzle/schema/snapshot.ts';

/** Which rows of the catalog have a state of verification; `verifyStateOf` says the same of a view. */
export function isVerified(state: VerifyState): SQL | undefined {
  const { finished, verifyState, damage, chunkDamage } = snapshot;
  const isWhole = and(isNull(damage), isNull(chunkDamage));
  switch (state) {
    case 'failed':
      return and(finished, or(eq(verifyState, 'failed'), isNotNull(damage), isNotNull(chunkDamage)));
    case 'ok':
      return and(finished, isWhole, eq(verifyState, 'ok'));
    case 'never':
      return and(finished, isWhole, isNull(verifyState));
  }
}

/** Which a run would read, as `isVerifyDue` says; an age in days, 0 for any, null for none. */
export function isDue(outdatedAfterDays: number | null, now: Date): SQL | undefined {
  const { finished, verifyState, verifiedAt, damage } = snapshot;
  const isOpen = or(isNotNull(damage), isNull(verifyState), ne(verifyState, 'ok'));
  if (outdatedAfterDays === null) return and(finished, isOpen);
  if (outdatedAfterDays === 0) return sql`${finished}`;
  const border = new Date(now.getTime() - outdatedAfterDays * DAY_MS);
  return and(finished, or(isOpen, isNull(verifiedAt), sql`${verifiedAt} < ${border.toISOString()}`));
}

const DAY_MS = 86_400_000;
