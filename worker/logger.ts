import pino, { type Logger } from 'pino';

export type { Logger };

/** The log of the process: JSON lines on standard output. Secrets are cut out wherever they might stand. */
export function makeLogger(name: string): Logger {
  return pino({
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
  });
}
