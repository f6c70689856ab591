import pino, { type Logger } from 'pino';
import { readableLine } from './log-line.ts';

export type { Logger };

/**
 * The log of the process: JSON lines on standard output, in a terminal something that people can read. Secrets are cut
 * out wherever they might stand.
 */
export function makeLogger(name: string): Logger {
  const options = {
    name,
    base: { pid: process.pid },
    redact: {
      paths: [
        'password',
        'secret',
        'token',
        'authorization',
        'cookie',
        '*.password',
        '*.secret',
        '*.authorization',
      ],
      censor: '[cut]',
    },
  };
  if (!process.stdout.isTTY) return pino(options);
  return pino(options, { write: (line) => void process.stdout.write(readableLine(line)) });
}
