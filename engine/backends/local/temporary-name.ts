import { randomBytes } from 'node:crypto';

/** Names of files that are being written (docs/formats/datastore.md): `<final name>.tmp_XXXXXX`. */
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
const TEMPORARY = /\.tmp_[A-Za-z0-9]{6}$/;

/** A name beside `path` that nobody else uses; the file is then made with O_EXCL all the same. */
export function temporaryName(path: string): string {
  const letters = [...randomBytes(6)].map((byte) => ALPHABET[byte % ALPHABET.length]);
  return `${path}.tmp_${letters.join('')}`;
}

export function isTemporaryName(name: string): boolean {
  return TEMPORARY.test(name);
}
