import * as fs from 'node:fs';
import { expect, test } from 'vitest';
import { temporaryDirectory } from '#testing/temporary-directory.ts';
import { writeEndpoint } from './addresses.ts';
import { prepareDataDirectory } from './data-directory.ts';

test.each([
  ['127.0.0.1', '127.0.0.1'],
  ['0.0.0.0', '127.0.0.1'],
  ['::', '127.0.0.1'],
  ['::1', '[::1]'],
  ['backup.example.com', 'backup.example.com'],
])('a server on %s is reached from this host at %s', (host, reached) => {
  const directory = prepareDataDirectory(temporaryDirectory());
  writeEndpoint({ host, webPort: 3000, gatewayPort: 8007 }, directory);
  expect(JSON.parse(fs.readFileSync(directory.endpointFile, 'utf8'))).toEqual({
    console: `http://${reached}:3000`,
    gateway: `${reached}:8007`,
  });
  expect(URL.canParse(`http://${reached}:3000`)).toBe(true);
});
