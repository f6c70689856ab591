import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import { Turns } from './turns.ts';

/**
 * Password hashes, shared by the console (sign-in) and the gateway (tickets). scrypt with the parameters that
 * OWASP recommends; the text form carries them, so that they can be raised later.
 */

const COST = { N: 2 ** 16, r: 8, p: 2 };
const KEY_BYTES = 32;
const SALT_BYTES = 16;
const MEMORY = 256 * 1024 * 1024;

/** Each takes 64 MiB, also for those who have not signed in. Many bundles of the console run in one process. */
const holder = globalThis as typeof globalThis & { ibsPasswordTurns?: Turns };
holder.ibsPasswordTurns ??= new Turns(2, 200);
const turns = holder.ibsPasswordTurns;

const deriveNow = promisify(scrypt) as (
  password: string,
  salt: Buffer,
  length: number,
  options: { N: number; r: number; p: number; maxmem: number },
) => Promise<Buffer>;

const derive: typeof deriveNow = (...what) => turns.run(() => deriveNow(...what));

/** `scrypt:N:r:p:<salt base64>:<key base64>`. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(SALT_BYTES);
  const key = await derive(password.normalize('NFKC'), salt, KEY_BYTES, { ...COST, maxmem: MEMORY });
  return ['scrypt', COST.N, COST.r, COST.p, salt.toString('base64'), key.toString('base64')].join(':');
}

export async function verifyPassword(password: string, stored: string): Promise<boolean> {
  const [scheme, n, r, p, salt = '', key = ''] = stored.split(':');
  if (scheme !== 'scrypt') return false;
  const expected = Buffer.from(key, 'base64');
  const cost = { N: Number(n), r: Number(r), p: Number(p), maxmem: MEMORY };
  const actual = await derive(password.normalize('NFKC'), Buffer.from(salt, 'base64'), expected.length, cost);
  return timingSafeEqual(actual, expected);
}

/** A hash that no password has: checked for unknown names, so that they take as long as known ones. */
export const NOBODY_HASH = [
  'scrypt',
  COST.N,
  COST.r,
  COST.p,
  Buffer.alloc(SALT_BYTES).toString('base64'),
  Buffer.alloc(KEY_BYTES, 0xff).toString('base64'),
].join(':');
