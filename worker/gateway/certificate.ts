import { X509Certificate } from 'node:crypto';
import * as fs from 'node:fs';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { createSecureContext } from 'node:tls';
import { generate } from 'selfsigned';

/** Both as PEM. */
export interface PairOfKeys {
  key: string;
  certificate: string;
}

export interface GatewayCertificate extends PairOfKeys {
  /** SHA-256 of the certificate as 32 lowercase hex pairs with colons: what clients pin. */
  fingerprint: string;
}

const VALID_YEARS = 20;

/**
 * The certificate of the gateway, made at the first start and kept: clients pin its fingerprint, so a new one
 * would lock them out. An administrator may put another pair in its place.
 */
export async function loadCertificate(dataDirectory: string): Promise<GatewayCertificate> {
  const found = await readPair(dataDirectory);
  if (found !== null) return certificateOf(found);
  const made = await makePair();
  const files = filesIn(dataDirectory);
  fs.mkdirSync(dirname(files.key), { recursive: true, mode: 0o700 });
  fs.writeFileSync(files.key, made.key, { mode: 0o600 });
  fs.writeFileSync(files.certificate, made.certificate, { mode: 0o644 });
  return certificateOf(made);
}

function filesIn(dataDirectory: string): PairOfKeys {
  const directory = join(dataDirectory, 'tls');
  return { key: join(directory, 'gateway.key'), certificate: join(directory, 'gateway.crt') };
}

/** What lies there; null when one of the files is missing. */
export async function readPair(dataDirectory: string): Promise<PairOfKeys | null> {
  const files = filesIn(dataDirectory);
  if (!fs.existsSync(files.key) || !fs.existsSync(files.certificate)) return null;
  return {
    key: await fs.promises.readFile(files.key, 'utf8'),
    certificate: await fs.promises.readFile(files.certificate, 'utf8'),
  };
}

/** Fails when the two cannot be used, or do not belong together. Of a chain, the first is the gateway's own. */
export function certificateOf({ key, certificate }: PairOfKeys): GatewayCertificate {
  createSecureContext({ key, cert: certificate });
  return { key, certificate, fingerprint: new X509Certificate(certificate).fingerprint256.toLowerCase() };
}

async function makePair(): Promise<PairOfKeys> {
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
  return { key: pair.private, certificate: pair.cert };
}
