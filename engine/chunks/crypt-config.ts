import { createHash, createHmac, pbkdf2Sync } from 'node:crypto';
import { type Digest, digestFromBytes } from './digest.ts';

/** What follows from an encryption key (docs/formats/datastore.md): names of chunks, fingerprint, signature. */

export const KEY_BYTES = 32;
const ID_KEY_SALT = '_id_key';
const ID_KEY_ITERATIONS = 10;
/** SHA-256 of `Proxmox Backup Encryption Key Fingerprint`. */
const FINGERPRINT_INPUT = Buffer.from(
  '6ed0ef77471fff4d55c7a8fe4a9db62161407f134c725ddf30992d25ec45ed26',
  'hex',
);

export interface CryptConfig {
  /** AES-256 key of the payloads. */
  key: Uint8Array;
  /** Derived key that names chunks and signs manifests. */
  idKey: Uint8Array;
}

export function cryptConfigOf(key: Uint8Array): CryptConfig {
  return { key, idKey: pbkdf2Sync(key, ID_KEY_SALT, ID_KEY_ITERATIONS, KEY_BYTES, 'sha256') };
}

/** The digest of an encrypted chunk; whoever lacks the key can neither compute nor check it. */
export function encryptedDigestOf(payload: Uint8Array, config: CryptConfig): Digest {
  return digestFromBytes(createHash('sha256').update(payload).update(config.idKey).digest());
}

/** 32 lowercase hex pairs with colons between them. */
export function fingerprintOf(config: CryptConfig): string {
  const bytes = createHash('sha256').update(FINGERPRINT_INPUT).update(config.idKey).digest();
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join(':');
}

/** Hex HMAC-SHA256 over the canonical text of a manifest. */
export function signText(text: string, config: CryptConfig): string {
  return createHmac('sha256', config.idKey).update(text).digest('hex');
}
