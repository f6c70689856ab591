import { and, eq, isNull, lt, sql } from 'drizzle-orm';
import type { Executor } from './client.ts';
import { idempotentRequest } from './schema/system.ts';

/** Changes that were sent with a key of their sender's: each is made once (server/trpc/idempotent.ts). */

interface Place {
  principal: string;
  key: string;
}

/** Null as answer while nobody knows yet what comes of it. */
export interface KnownRequest {
  hash: string;
  answer: string | null;
}

/** `opened` when nobody has sent it before; two at once cannot both be told so. */
export async function openRequest(
  db: Executor,
  request: Place & { hash: string },
): Promise<'opened' | KnownRequest> {
  await db.delete(idempotentRequest).where(and(at(request), isOld()));
  const opened = await db
    .insert(idempotentRequest)
    .values(request)
    .onConflictDoNothing()
    .returning({ key: idempotentRequest.key });
  if (opened.length > 0) return 'opened';
  const [row] = await db
    .select({ hash: idempotentRequest.hash, answer: idempotentRequest.answer })
    .from(idempotentRequest)
    .where(at(request));
  // It was let go of in between, by a refusal: whoever asks again finds out.
  return row ?? { hash: request.hash, answer: null };
}

export async function finishRequest(
  db: Executor,
  { answer, ...place }: Place & { answer: string },
): Promise<void> {
  await db.update(idempotentRequest).set({ answer }).where(at(place));
}

export async function releaseRequest(db: Executor, place: Place): Promise<void> {
  await db.delete(idempotentRequest).where(and(at(place), isNull(idempotentRequest.answer)));
}

export async function forgetOldRequests(db: Executor): Promise<void> {
  await db.delete(idempotentRequest).where(isOld());
}

function at({ principal, key }: Place) {
  return and(eq(idempotentRequest.principal, principal), eq(idempotentRequest.key, key));
}

function isOld() {
  return lt(idempotentRequest.at, sql`now() - interval '24 hours'`);
}
