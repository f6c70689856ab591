import { createHmac } from 'node:crypto';
import { BackupError } from '#domain/errors.ts';
import { deriveKey } from '#drizzle/derived-keys.ts';
import { finishRequest, openRequest, releaseRequest } from '#drizzle/idempotency.ts';
import { openSealed, seal } from '#drizzle/sealed-text.ts';
import { requireSession } from '../auth/require-privilege.ts';
import type { ServiceContext } from '../services/context.ts';

/**
 * A change that is sent twice with one key is made once, and answered twice with the same: for programs whose connection was
 * lost before the answer came. A refusal changes nothing, so it lets go of the key. Answers are sealed, since that of
 * `token.create` has a secret in it.
 */

const KEY_FORM = /^[\x21-\x7e]{1,255}$/;

interface Asked {
  key: string;
  path: string;
  input: unknown;
}

export async function withIdempotency(
  context: ServiceContext,
  { key, path, input }: Asked,
  work: () => Promise<unknown>,
): Promise<{ body: unknown; isReplayed: boolean }> {
  const { principal } = await requireSession(context);
  if (!KEY_FORM.test(key)) {
    throw new BackupError(
      'INPUT_INVALID',
      'An Idempotency-Key has 1 to 255 printable characters and no space.',
    );
  }
  const secret = deriveKey(context.runtime.config.secret, 'idempotency');
  // With a key: an input may have a password in it, which could be guessed from a plain hash.
  const hash = createHmac('sha256', secret)
    .update(JSON.stringify([path, input ?? null]))
    .digest('hex');
  const found = await openRequest(context.db, { principal, key, hash });
  if (found === 'opened')
    return { body: await attempt(context, { principal, key }, secret, work), isReplayed: false };
  if (found.hash !== hash) {
    throw new BackupError('IDEMPOTENCY_KEY_REUSED', 'The Idempotency-Key was used for another request.', {
      hint: 'Make a new one for each change.',
    });
  }
  if (found.answer === null) {
    throw new BackupError('IDEMPOTENCY_IN_PROGRESS', 'The same request has not been answered yet.', {
      hint: 'If this lasts, the server was stopped in the middle: look whether the change was made, and use a new key.',
    });
  }
  return { body: JSON.parse(openSealed(secret, found.answer)).body, isReplayed: true };
}

async function attempt(
  context: ServiceContext,
  place: { principal: string; key: string },
  secret: Buffer,
  work: () => Promise<unknown>,
): Promise<unknown> {
  let body: unknown;
  try {
    body = await work();
  } catch (error) {
    await releaseRequest(context.db, place);
    throw error;
  }
  await finishRequest(context.db, { ...place, answer: seal(secret, JSON.stringify({ body })) });
  return body;
}
