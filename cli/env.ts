import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

/** What the command line is told by its environment; read once, passed on as a value. */
export interface Environment {
  /** Address of the console. */
  server: string | null;
  tokenFile: string | null;
  token: string | null;
  /** Of the gateway's certificate. */
  fingerprint: string | null;
  /** File with the authorities that the gateway's certificate may be signed by. */
  caFile: string | null;
  /** The data directory that was named, or null. */
  dataDirectory: string | null;
  /** Where the server of this host keeps its data when nothing was named. */
  defaultDataDirectory: string;
  /** Where a server that root runs keeps its data. */
  systemDataDirectory: string;
  /** What `login` remembers. */
  credentialsFile: string;
  output: string | null;
  color: boolean;
  /** Whether the terminal understands more than ASCII. */
  unicode: boolean;
}

const SYSTEM_DATA_DIRECTORY = '/var/lib/ironcore-backup';

export function readEnvironment(variables: NodeJS.ProcessEnv = process.env): Environment {
  const home = variables.HOME || homedir();
  const configDirectory = variables.XDG_CONFIG_HOME || join(home, '.config');
  const locale = variables.LC_ALL || variables.LC_CTYPE || variables.LANG || '';
  return {
    server: variables.IBS_SERVER || null,
    tokenFile: variables.IBS_TOKEN_FILE || null,
    token: variables.IBS_TOKEN || null,
    fingerprint: variables.IBS_FINGERPRINT || null,
    caFile: variables.IBS_CA_FILE || null,
    dataDirectory: variables.IBS_DATA_DIR ? resolve(variables.IBS_DATA_DIR) : null,
    defaultDataDirectory: defaultDataDirectory(variables, home),
    systemDataDirectory: SYSTEM_DATA_DIRECTORY,
    credentialsFile: join(configDirectory, 'ironcore-backup', 'credentials.json'),
    output: variables.IBS_OUTPUT || null,
    color: !variables.NO_COLOR && variables.TERM !== 'dumb',
    unicode: /utf-?8/i.test(locale),
  };
}

/** The rule of the server (`scripts/up/env.ts`): root keeps it with the system, others at home. */
function defaultDataDirectory(variables: NodeJS.ProcessEnv, home: string): string {
  if (process.getuid?.() === 0) return SYSTEM_DATA_DIRECTORY;
  return join(variables.XDG_DATA_HOME || join(home, '.local', 'share'), 'ironcore-backup');
}
