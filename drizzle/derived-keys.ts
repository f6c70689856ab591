import { hkdfSync } from 'node:crypto';

/**
 * Keys for single purposes, derived from the one secret that an installation keeps in a file beside its data.
 * The database holds none of them, so a copy of it signs nobody in.
 */
export type KeyPurpose = 'session' | 'ticket' | 'csrf' | 'instance' | 'idempotency' | 'scratch';

const KEY_BYTES = 32;

export function deriveKey(secret: Uint8Array, purpose: KeyPurpose): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, 'ironcore-backup', purpose, KEY_BYTES));
}
