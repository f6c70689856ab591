import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { PROCESS_SETTINGS, readEnvironment } from '#domain/process-settings.ts';
import { wholeSecret } from '#domain/secret.ts';

/** What the console process is told by its environment; read once, passed on as a value. */
export interface ServerConfig {
  databaseUrl: string;
  dataDirectory: string;
  /** The installation's secret, from which keys are derived. */
  secret: Buffer;
  gatewayPort: number;
  /** Where browsers reach the console, when that is not the address of the request itself. */
  publicUrl: string | null;
}

const Environment = z.object({
  DATABASE_URL: z.string().min(1),
  IBS_DATA_DIR: z.string().min(1),
  IBS_GATEWAY_PORT: z.coerce.number().int().min(1).max(65535).default(8007),
  IBS_PUBLIC_URL: PROCESS_SETTINGS.IBS_PUBLIC_URL,
});

export function readServerConfig(environment: NodeJS.ProcessEnv = process.env): ServerConfig {
  const parsed = readEnvironment(Environment, environment);
  return {
    databaseUrl: parsed.DATABASE_URL,
    dataDirectory: parsed.IBS_DATA_DIR,
    secret: readSecret(join(parsed.IBS_DATA_DIR, 'secret.key')),
    gatewayPort: parsed.IBS_GATEWAY_PORT,
    publicUrl: parsed.IBS_PUBLIC_URL ?? null,
  };
}

function readSecret(file: string): Buffer {
  return Buffer.from(wholeSecret(readFileSync(file, 'utf8'), file), 'hex');
}
