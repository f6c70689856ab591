import { X509Certificate } from 'node:crypto';
import * as fs from 'node:fs';
import type { GatewayAddress } from '#client/connection/open-session.ts';
import { isFingerprint, type Trust } from '#client/connection/trust.ts';
import { BackupError } from '#domain/errors.ts';
import { type Context, UsageError } from '../command.ts';
import { readCredentials, readIfThere } from '../connect/credentials.ts';
import { type Found, findToken, localGateway } from '../connect/find-server.ts';
import { text } from '../values.ts';

/** How the commands that carry data find the backup gateway and know that it is the right one. */

export const gatewayOptions = {
  fingerprint: text('--fingerprint <sha256>', 'Fingerprint of the certificate that the gateway must show'),
  caFile: text('--ca-file <file>', 'Authorities that may have signed its certificate', { complete: 'file' }),
};

interface GivenTrust {
  fingerprint: string | undefined;
  caFile: string | undefined;
}

const DEFAULT_PORT = 8007;
const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/**
 * `--server` is the gateway itself as HOST:PORT, all that a machine needs for its backups, or the address of the
 * console, which tells where the gateway is.
 */
export async function findGateway(context: Context, given: GivenTrust): Promise<GatewayAddress> {
  const named = context.globals.server ?? context.environment.server;
  const trust = givenTrust(context, given);
  if (named !== null && !named.includes('://')) return direct(context, named, trust);
  const { gateway, certificateFile, token, console } = await context.server();
  if (gateway !== null) return at(gateway, trust ?? ownCertificate(certificateFile), token);
  const told = (await (await context.api()).system.about.query()).gateway;
  return at(told.address, trust ?? toldTrust(console, told.fingerprint), token);
}

async function direct(context: Context, named: string, trust: Trust | null): Promise<GatewayAddress> {
  const { globals, environment, terminal } = context;
  const { host, port } = splitAddress(named);
  const gateway = `${host}:${port}`;
  const nobody = { console: gateway, from: '--server', gateway, certificateFile: null, tokenFile: null };
  const found: Found = { ...(localGateway(gateway, environment) ?? nobody), console: gateway };
  const credentials = readCredentials(environment.credentialsFile);
  const { token } = await findToken(globals, environment, credentials, found, () => terminal.readAll());
  return at(gateway, trust ?? ownCertificate(found.certificateFile), token);
}

function at(address: string, trust: Trust, credential: string): GatewayAddress {
  const { host, port } = splitAddress(address);
  return { host: host.replace(/^\[|\]$/g, ''), port, trust, credential };
}

function splitAddress(address: string): { host: string; port: number } {
  const parts = /^(\[[\da-fA-F:.]+\]|[^\s:/@]+)(?::(\d{1,5}))?$/.exec(address);
  const port = Number(parts?.[2] ?? DEFAULT_PORT);
  if (parts?.[1] && port > 0 && port < 65_536) return { host: parts[1], port };
  throw new UsageError(
    `${JSON.stringify(address)} is not the address of a server.`,
    'Write HOST:PORT of the backup gateway, or the address of the console with its scheme.',
  );
}

function givenTrust({ environment }: Context, given: GivenTrust): Trust | null {
  const fingerprint = given.fingerprint ?? environment.fingerprint;
  const caFile = given.caFile ?? environment.caFile;
  if (given.fingerprint !== undefined && given.caFile !== undefined) {
    throw new UsageError('Only one of --fingerprint and --ca-file makes sense.');
  }
  if (fingerprint !== null && given.caFile === undefined) {
    if (isFingerprint(fingerprint)) return { kind: 'fingerprint', fingerprint };
    throw new UsageError(
      `${JSON.stringify(fingerprint)} is not a fingerprint.`,
      'It has 64 hexadecimal digits, with or without colons; the console and "ironcore-backup status" show it.',
    );
  }
  if (caFile === null) return null;
  const certificates = readIfThere(caFile);
  if (certificates === null) throw new UsageError(`There is no file ${caFile}.`);
  return { kind: 'authority', certificates };
}

/** On the server itself the certificate lies beside the token; elsewhere an authority has to vouch for it. */
function ownCertificate(file: string | null): Trust {
  if (file === null || !fs.existsSync(file)) return { kind: 'authority', certificates: null };
  return { kind: 'fingerprint', fingerprint: new X509Certificate(fs.readFileSync(file)).fingerprint256 };
}

/** What a console tells is as good as the way it came: over TLS or on this host, but not over an open network. */
function toldTrust(console: string, fingerprint: string | null): Trust {
  const { protocol, hostname } = new URL(console);
  if (fingerprint === null) {
    throw new BackupError('SERVER_UNREACHABLE', 'No backup gateway is running.', {
      hint: 'The storage worker has it: look at "ironcore-backup status" and at the log of the server.',
    });
  }
  if (protocol === 'https:' || LOOPBACK.test(hostname)) return { kind: 'fingerprint', fingerprint };
  return { kind: 'authority', certificates: null };
}
