import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { requireProcessSettings } from '#domain/process-settings.ts';

/** What the supervisor is told by its environment. */
export interface UpConfig {
  /** Null: run the embedded PostgreSQL. */
  databaseUrl: string | null;
  dataDirectory: string;
  /** The command line then finds the data directory by itself. */
  hasDefaultDirectory: boolean;
  host: string;
  webPort: number;
  gatewayPort: number;
  /** By "npm start", which then is our parent. */
  startedByNpm: boolean;
}

export function readUpConfig(environment: NodeJS.ProcessEnv = process.env): UpConfig {
  requireProcessSettings(environment);
  const otherwise = defaultDataDirectory(environment);
  const dataDirectory = resolve(environment.IBS_DATA_DIR || otherwise);
  return {
    databaseUrl: databaseUrl(environment.DATABASE_URL),
    dataDirectory,
    hasDefaultDirectory: dataDirectory === resolve(otherwise),
    host: environment.IBS_HOST || '127.0.0.1',
    ...ports(environment),
    startedByNpm: environment.npm_lifecycle_event === 'start',
  };
}

/** What the children inherit: everything but what would make Node or npm behave differently below us. */
export function childEnvironment(more: Record<string, string>): NodeJS.ProcessEnv {
  return { ...process.env, NODE_ENV: 'production', NEXT_TELEMETRY_DISABLED: '1', ...more };
}

function defaultDataDirectory(environment: NodeJS.ProcessEnv): string {
  if (process.getuid?.() === 0) return '/var/lib/ironcore-backup';
  return join(environment.XDG_DATA_HOME || join(homedir(), '.local', 'share'), 'ironcore-backup');
}

/** As `pg` reads it: a URL, or a directory with a socket. Anything else it would take for the name of a database. */
function databaseUrl(text: string | undefined): string | null {
  if (!text) return null;
  if (/^(postgres(ql)?:\/\/|socket:|\/)/.test(text)) return text;
  throw new Error(
    'DATABASE_URL is not the address of a PostgreSQL. Write it as postgres://USER:PASSWORD@HOST:PORT/DATABASE, ' +
      'or unset it to use the embedded one.',
  );
}

function ports(environment: NodeJS.ProcessEnv): { webPort: number; gatewayPort: number } {
  const webPort = port('IBS_WEB_PORT', environment.IBS_WEB_PORT, 3000);
  const gatewayPort = port('IBS_GATEWAY_PORT', environment.IBS_GATEWAY_PORT, 8007);
  if (webPort !== gatewayPort) return { webPort, gatewayPort };
  throw new Error(`IBS_WEB_PORT and IBS_GATEWAY_PORT are both ${webPort}. Set one of them to another port.`);
}

function port(name: string, text: string | undefined, otherwise: number): number {
  if (!text) return otherwise;
  const value = Number(text);
  if (Number.isInteger(value) && value > 0 && value < 65536) return value;
  throw new Error(`${name} must be a port between 1 and 65535, not "${text}".`);
}
