import { X509Certificate } from 'node:crypto';
import * as fs from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { generate } from 'selfsigned';

export interface GatewayCertificate {
  key: string;
  /** PEM. */
  certificate: string;
  /** SHA-256 of the certificate as 32 lowercase hex pairs with colons: what clients pin. */
  fingerprint: string;
}

const VALID_YEARS = 20;

/**
 * The certificate of the gateway, made at the first start and kept: clients pin its fingerprint, so a new one
 * would lock them out. An administrator may put another pair in its place.
 */
export async function loadCertificate(dataDirectory: string): Promise<GatewayCertificate> {
  const directory = join(dataDirectory, 'tls');
  const files = { key: join(directory, 'gateway.key'), certificate: join(directory, 'gateway.crt') };
  if (!fs.existsSync(files.key) || !fs.existsSync(files.certificate)) await makePair(directory, files);
  const key = fs.readFileSync(files.key, 'utf8');
  const certificate = fs.readFileSync(files.certificate, 'utf8');
  return { key, certificate, fingerprint: new X509Certificate(certificate).fingerprint256.toLowerCase() };
}

async function makePair(directory: string, files: { key: string; certificate: string }): Promise<void> {
  fs.mkdirSync(directory, { recursive: true, mode: 0o700 });
  const notAfterDate = new Date();
  notAfterDate.setFullYear(notAfterDate.getFullYear() + VALID_YEARS);
  const pair = await generate([{ name: 'commonName', value: hostname() }], {
    keyType: 'ec',
    curve: 'P-256',
    algorithm: 'sha256',
    notAfterDate,
    extensions: [
      {
        name: 'subjectAltName',
        altNames: [
          { type: 2, value: hostname() },
          { type: 2, value: 'localhost' },
          { type: 7, ip: '127.0.0.1' },
        ],
      },
    ],
  });
  fs.writeFileSync(files.key, pair.private, { mode: 0o600 });
  fs.writeFileSync(files.certificate, pair.cert, { mode: 0o644 });
}
