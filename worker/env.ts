import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { PROCESS_SETTINGS, readEnvironment } from '#domain/process-settings.ts';
import { wholeSecret } from '#domain/secret.ts';
import { deriveKey } from '#drizzle/derived-keys.ts';

/** What the worker process is told by its environment; read once, passed on as a value. */
export interface WorkerConfig {
  databaseUrl: string;
  dataDirectory: string;
  /** Below it, restore drills restore what they compare; of this installation alone. */
  scratchDirectory: string;
  secret: Buffer;
  gateway: {
    host: string;
    /** 0 for any free one. */
    port: number;
    /** How long refusals are held back, to damp guessing. Not for administrators to change. */
    refusalDelayMs: { unauthorized: number; forbidden: number };
    /** How long a peer that keeps the gateway waiting is waited for. Not for administrators to change. */
    patienceMs: PatienceMs;
    /** How long running backups and restores may go on when the process is asked to stop. */
    drainMs: number;
  };
  /** Backups that may run at once; more are told to come back later. */
  sessionsMax: number;
}

export interface PatienceMs {
  /** For its first byte, and then for the rest of the TLS handshake. */
  handshake: number;
  /** For the head of a request: all of it. */
  head: number;
  /** For the next bytes of a body. */
  body: number;
  /** For room to send the next bytes of an answer. */
  reader: number;
}

export const PATIENCE_MS: PatienceMs = { handshake: 10_000, head: 30_000, body: 30_000, reader: 60_000 };
const REFUSAL_DELAY_MS = { unauthorized: 3000, forbidden: 500 };

const Environment = z.object({
  DATABASE_URL: z.string().min(1),
  IBS_DATA_DIR: z.string().min(1),
  IBS_SCRATCH_DIR: PROCESS_SETTINGS.IBS_SCRATCH_DIR,
  IBS_HOST: z.string().min(1).default('127.0.0.1'),
  IBS_GATEWAY_PORT: z.coerce.number().int().min(1).max(65535).default(8007),
  IBS_GATEWAY_DRAIN_SECONDS: PROCESS_SETTINGS.IBS_GATEWAY_DRAIN_SECONDS,
  IBS_SESSIONS_MAX: PROCESS_SETTINGS.IBS_SESSIONS_MAX,
});

export function readWorkerConfig(environment: NodeJS.ProcessEnv = process.env): WorkerConfig {
  const parsed = readEnvironment(Environment, environment);
  const secret = readSecret(join(parsed.IBS_DATA_DIR, 'secret.key'));
  return {
    databaseUrl: parsed.DATABASE_URL,
    dataDirectory: parsed.IBS_DATA_DIR,
    scratchDirectory: scratchDirectory(parsed, secret),
    secret,
    gateway: {
      host: parsed.IBS_HOST,
      port: parsed.IBS_GATEWAY_PORT,
      refusalDelayMs: REFUSAL_DELAY_MS,
      patienceMs: PATIENCE_MS,
      drainMs: parsed.IBS_GATEWAY_DRAIN_SECONDS * 1000,
    },
    sessionsMax: parsed.IBS_SESSIONS_MAX,
  };
}

/** Several installations may be told the same place: none knows whose drills of another one are still running. */
function scratchDirectory(
  { IBS_SCRATCH_DIR: place, IBS_DATA_DIR }: z.infer<typeof Environment>,
  secret: Buffer,
): string {
  if (place === undefined) return join(IBS_DATA_DIR, 'scratch');
  return join(place, `ibs-${deriveKey(secret, 'scratch').toString('hex').slice(0, 16)}`);
}

function readSecret(file: string): Buffer {
  return Buffer.from(wholeSecret(readFileSync(file, 'utf8'), file), 'hex');
}
