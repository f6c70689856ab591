import { expect, test } from 'vitest';
import { readUpConfig } from './env.ts';

const read = (environment: Record<string, string>) =>
  readUpConfig({ NODE_ENV: 'production', ...environment });

test.each([
  [
    { IBS_WEB_PORT: '8007' },
    /^IBS_WEB_PORT and IBS_GATEWAY_PORT are both 8007\. Set one of them to another port\.$/,
  ],
  [{ IBS_GATEWAY_PORT: 'high' }, /^IBS_GATEWAY_PORT must be a port between 1 and 65535, not "high"\.$/],
  [
    { DATABASE_URL: 'nonsense' },
    /^DATABASE_URL is not the address of a PostgreSQL\..*postgres:\/\/USER:PASSWORD@HOST.*$/,
  ],
  [{ IBS_PUBLIC_URL: 'nonsense' }, /^IBS_PUBLIC_URL cannot be used .*$/],
  [{ IBS_SESSIONS_MAX: 'many' }, /^IBS_SESSIONS_MAX cannot be used .*$/],
])('%j is refused in one line with the remedy', (environment, words) => {
  expect(() => read(environment)).toThrow(words);
});

test.each(['postgres://ibs@127.0.0.1/ibs', 'postgresql:///ibs?host=/run/postgresql', '/run/postgresql ibs'])(
  '%s is the address of a PostgreSQL',
  (url) => expect(read({ DATABASE_URL: url }).databaseUrl).toBe(url),
);
