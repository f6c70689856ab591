import { readFileSync } from 'node:fs';
import type { ConnectionOptions, TLSSocket } from 'node:tls';
import { BackupError } from '#domain/errors.ts';

/**
 * How a client knows that it speaks with the right server: by the fingerprint of its certificate, or by a
 * certificate authority. There is no third way; nothing is sent before this is settled.
 */
export type Trust =
  /** SHA-256 of the certificate, 32 hex pairs, with or without colons. */
  | { kind: 'fingerprint'; fingerprint: string }
  /** Certificates to trust, in PEM form; null for those of the system. */
  | { kind: 'authority'; certificates: string | null };

export function trustOptions(trust: Trust): ConnectionOptions {
  if (trust.kind === 'fingerprint') return { rejectUnauthorized: false }; // checked by `verifyPeer` instead
  return { rejectUnauthorized: true, ...(trust.certificates === null ? {} : { ca: trust.certificates }) };
}

/** FINGERPRINT_MISMATCH when the certificate is another one. */
export function verifyPeer(socket: TLSSocket, trust: Trust): void {
  if (trust.kind === 'authority') return; // verified during the handshake
  const shown = socket.getPeerCertificate().fingerprint256 ?? '';
  if (normal(shown) === normal(trust.fingerprint)) return;
  throw new BackupError(
    'FINGERPRINT_MISMATCH',
    `The server shows the fingerprint ${shown.toLowerCase() || 'of no certificate'}.`,
    {
      hint: 'If the server was set up anew, compare the fingerprint on its own console and use the new one.',
    },
  );
}

function normal(fingerprint: string): string {
  return fingerprint.replaceAll(':', '').toLowerCase();
}

export function isFingerprint(text: string): boolean {
  return /^[0-9a-f]{64}$/.test(normal(text));
}

/** The certificates of a file, for `--ca-file`. */
export function authorityFromFile(path: string): Trust {
  return { kind: 'authority', certificates: readFileSync(path, 'utf8') };
}
