import { hostname } from 'node:os';
import { expect, test } from 'vitest';
import { readUpConfig } from './env.ts';
import { welcome } from './welcome.ts';

function said(environment: Record<string, string>): string {
  const config = readUpConfig({ NODE_ENV: 'production', ...environment });
  return welcome({ config, top: '/opt/ironcore', fingerprint: 'ab:cd', setupToken: null });
}

test('IPv6 stands in brackets before a port', () => {
  const text = said({ IBS_HOST: '::1' });
  expect(text).toMatch(/Console +http:\/\/\[::1\]:3000\n/);
  expect(text).toMatch(/Gateway +\[::1\]:8007\n/);
});

test.each(['0.0.0.0', '::'])('who listens on %s is told addresses that can be opened', (host) => {
  const text = said({ IBS_HOST: host, IBS_WEB_PORT: '3210' });
  expect(text).toContain(`http://127.0.0.1:3210   (from elsewhere http://${hostname()}:3210)`);
  expect(text).toContain(`127.0.0.1:8007   (from elsewhere ${hostname()}:8007)`);
  expect(text).not.toContain(`//${host}`);
});

test('the first command works in a new shell', () => {
  expect(said({})).toMatch(/Try +\/opt\/ironcore\/bin\/ironcore-backup datastore list\n/);
  expect(said({ IBS_DATA_DIR: '/srv/ibs' })).toMatch(/Try +IBS_DATA_DIR=\/srv\/ibs \/opt\/ironcore\/bin/);
  expect(said({ IBS_DATA_DIR: "/srv/it's" })).toMatch(/Try +IBS_DATA_DIR='\/srv\/it'\\''s' \/opt/);
  const { dataDirectory } = readUpConfig({ NODE_ENV: 'production' });
  expect(said({ IBS_DATA_DIR: dataDirectory })).toMatch(/Try +\/opt/);
});
