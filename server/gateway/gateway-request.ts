import type { IncomingMessage } from 'node:http';
import * as https from 'node:https';
import { eq, sql } from 'drizzle-orm';
import { BackupError } from '#domain/errors.ts';
import { type PrincipalId, userOf } from '#domain/principal.ts';
import { deriveKey } from '#drizzle/derived-keys.ts';
import { datastoreLease, worker } from '#drizzle/schema/datastore.ts';
import { makeTicket, ticketKeyOf } from '#drizzle/tickets.ts';
import type { ServiceContext } from '../services/context.ts';

/**
 * Asks the gateway of the worker that owns a datastore, on behalf of the caller: the console itself never touches
 * the bytes of a datastore. A ticket names the user, so the gateway checks the same rights once more.
 */

const CONNECT_TIMEOUT_MS = 10_000;

export interface GatewayRequest {
  datastoreId: string;
  /** Below `/api2/json`. */
  path: string;
  query: Record<string, string>;
}

/** The response to a GET; its body is a stream. A refusal becomes an error with the gateway's own words. */
export async function gatewayGet(context: ServiceContext, request: GatewayRequest): Promise<IncomingMessage> {
  const gateway = await findGateway(context, request.datastoreId);
  const url = new URL(`/api2/json${request.path}`, gateway.url);
  for (const [name, value] of Object.entries(request.query)) url.searchParams.set(name, value);
  const response = await get(url, gateway.certificate, await ticketCookie(context), context.signal);
  if (response.statusCode === 200) return response;
  throw refusal(response.statusCode ?? 0, await readText(response));
}

async function findGateway(
  context: ServiceContext,
  datastoreId: string,
): Promise<{ url: string; certificate: string }> {
  const [row] = await context.db
    .select({ url: worker.gatewayUrl, certificate: worker.gatewayCertificate })
    .from(datastoreLease)
    .innerJoin(worker, eq(worker.id, datastoreLease.workerId))
    .where(
      sql`${datastoreLease.datastoreId} = ${datastoreId} and ${worker.heartbeatAt} > now() - interval '30 seconds'`,
    );
  if (row?.url && row.certificate) return { url: row.url, certificate: row.certificate };
  throw new BackupError('DATASTORE_NOT_OWNED', 'No storage worker serves this datastore at the moment.', {
    hint: 'A worker that was just started needs a few seconds.',
  });
}

async function ticketCookie(context: ServiceContext): Promise<string> {
  const user = userOf(context.caller?.principal ?? ('' as PrincipalId));
  const now = Math.floor(context.clock.now() / 1000);
  const key = await ticketKeyOf(context.db, deriveKey(context.runtime.config.secret, 'ticket'), user, now);
  if (key === null) throw new BackupError('AUTH_REQUIRED', 'The user is disabled or has expired.');
  return `PBSAuthCookie=${encodeURIComponent(makeTicket(key, { user, since: now }, now))}`;
}

/** Trusts exactly the certificate that the worker registered, whatever name it was made for. */
function get(url: URL, certificate: string, cookie: string, signal: AbortSignal): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const request = https.get(
      url,
      { ca: certificate, checkServerIdentity: () => undefined, headers: { cookie }, signal, agent: false },
      resolve,
    );
    request.setTimeout(CONNECT_TIMEOUT_MS, () => request.destroy(new Error('the gateway does not answer')));
    request.on('error', (error) => {
      reject(new BackupError('SERVER_UNREACHABLE', 'The backup gateway does not answer.', { cause: error }));
    });
  });
}

export async function readText(stream: IncomingMessage, maxBytes = 64 * 1024 * 1024): Promise<string> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of stream) {
    size += part.length;
    if (size > maxBytes) throw new BackupError('INPUT_TOO_LARGE', 'The answer of the gateway is too large.');
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}

function refusal(status: number, text: string): BackupError {
  const message = text.slice(0, 500) || `The gateway answered ${status}.`;
  if (status === 403) return new BackupError('PRIVILEGE_MISSING', message);
  if (status === 404) return new BackupError('FILE_NOT_FOUND', message);
  if (status === 503) return new BackupError('DATASTORE_OFFLINE', message);
  return new BackupError(status === 400 ? 'INPUT_INVALID' : 'INTERNAL', message);
}
