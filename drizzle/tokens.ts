import { hash, randomBytes, timingSafeEqual } from 'node:crypto';
import { and, eq, sql } from 'drizzle-orm';
import { parseTokenId, type TokenId } from '#domain/principal.ts';
import type { Database } from './client.ts';
import { apiToken, user } from './schema/auth.ts';

/** API tokens: how a secret is made, stored and checked. Used by the console and the gateway alike. */

const SECRET_BYTES = 32;

/** 256 random bits as text that needs no escaping anywhere. */
export function newTokenSecret(): string {
  return randomBytes(SECRET_BYTES).toString('base64url');
}

export function hashSecret(secret: string): string {
  return hash('sha256', secret, 'hex');
}

/** `user@realm!name:secret` → its two parts; the secret may be percent-encoded. Null when it is no token. */
export function splitCredential(text: string): { id: TokenId; secret: string } | null {
  const bang = text.indexOf('!');
  const colon = text.indexOf(':', bang);
  if (bang < 0 || colon < 0) return null;
  const id = parseTokenId(text.slice(0, colon));
  const secret = decode(text.slice(colon + 1));
  return id.ok && secret !== '' ? { id: id.value, secret } : null;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** How long a successful check is remembered. Revoking also empties the memory at once, by way of a change. */
const CACHE_MS = 30_000;
const CACHE_MAX = 10_000;

export interface TokenChecker {
  /** The token, if the secret is right and token and user are enabled and not expired; else null. */
  check(credential: string, from: string): Promise<TokenId | null>;
  /** Forgets everything: a token or user was changed. */
  forget(): void;
}

/** `now` in ms since 1970. */
export function tokenChecker(db: Database, now: () => number): TokenChecker {
  const cache = new Map<string, number>();
  let generation = 0;
  return {
    async check(credential, from) {
      const split = splitCredential(credential);
      if (split === null) return null;
      const key = hash('sha256', `${split.id}:${split.secret}`, 'hex');
      const validUntil = cache.get(key);
      if (validUntil !== undefined && now() < validUntil) return split.id;
      cache.delete(key);
      const asked = generation;
      const valid = await findValid(db, split.id, split.secret);
      if (valid === null) return null;
      if (cache.size >= CACHE_MAX) cache.clear();
      // Something was revoked while the database was asked: its answer may be older than that.
      if (asked === generation) cache.set(key, Math.min(now() + CACHE_MS, valid.untilMs));
      await noteUse(db, split.id, from);
      return split.id;
    },
    forget: () => {
      generation += 1;
      cache.clear();
    },
  };
}

/** Until when it is valid, in ms since 1970; null when it is not. */
async function findValid(db: Database, id: TokenId, secret: string): Promise<{ untilMs: number } | null> {
  const [row] = await db
    .select({
      secretHash: apiToken.secretHash,
      usable: sql<boolean>`${apiToken.enabled} and ${user.enabled}
        and (${apiToken.expiresAt} is null or ${apiToken.expiresAt} > now())
        and (${user.expiresAt} is null or ${user.expiresAt} > now())`,
      tokenEnd: apiToken.expiresAt,
      userEnd: user.expiresAt,
    })
    .from(apiToken)
    .innerJoin(user, eq(user.id, apiToken.userId))
    .where(eq(apiToken.id, id));
  const expected = Buffer.from(row?.secretHash ?? hashSecret(''), 'hex');
  const same = timingSafeEqual(Buffer.from(hashSecret(secret), 'hex'), expected);
  if (!same || row?.usable !== true) return null;
  const ends = [row.tokenEnd, row.userEnd].map((end) => end?.getTime() ?? Number.POSITIVE_INFINITY);
  return { untilMs: Math.min(...ends) };
}

async function noteUse(db: Database, id: TokenId, from: string): Promise<void> {
  await db
    .update(apiToken)
    .set({ lastUsedAt: sql`now()`, lastUsedFrom: from })
    .where(and(eq(apiToken.id, id)));
}
