import { hostname } from 'node:os';
import { join } from 'node:path';
import { endpointAt, isAnyAddress, localAddress } from './addresses.ts';
import type { UpConfig } from './env.ts';

export interface Welcome {
  config: UpConfig;
  /** The checkout. */
  top: string;
  fingerprint: string;
  setupToken: string | null;
}

/** What is printed once everything runs. */
export function welcome({ config, top, fingerprint, setupToken }: Welcome): string {
  const here = endpointAt(localAddress(config.host), config);
  const elsewhere = isAnyAddress(config.host) ? endpointAt(hostname(), config) : null;
  const lines = [
    '',
    '  Ironcore Backup is ready.',
    '',
    `  Console       ${here.console}${elsewhere ? `   (from elsewhere ${elsewhere.console})` : ''}`,
    ...(setupToken ? [`  Setup token   ${setupToken}   (once, for the first administrator)`] : []),
    `  Gateway       ${here.gateway}${elsewhere ? `   (from elsewhere ${elsewhere.gateway})` : ''}`,
    `  Fingerprint   ${fingerprint}`,
    `  Data          ${config.dataDirectory}`,
    '',
    `  Try           ${firstCommand(config, top)}`,
    '',
  ];
  return lines.join('\n');
}

/** As it works in a new shell, which knows nothing of a data directory that was chosen in ours. */
function firstCommand({ dataDirectory, hasDefaultDirectory }: UpConfig, top: string): string {
  const command = `${quoted(join(top, 'bin', 'ironcore-backup'))} datastore list`;
  return hasDefaultDirectory ? command : `IBS_DATA_DIR=${quoted(dataDirectory)} ${command}`;
}

/** One word to a shell. */
function quoted(path: string): string {
  return /^[\w./@%+:,-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;
}
