import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { openApi } from './api.ts';

let server: Server;

afterEach(() => void server.close());

test('what the server says before it gets to the call is told in its own words', async () => {
  const told = { code: 'DATABASE_UNAVAILABLE', message: 'The database does not answer.', hint: 'Try again.' };
  server = createServer((_, response) => {
    response.writeHead(503, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ ...told, requestId: '1b2c3d4e' }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const api = openApi({ console: `http://127.0.0.1:${port}`, token: 'x' }, new AbortController().signal);
  await expect(api.system.about.query()).rejects.toMatchObject({ ...told, requestId: '1b2c3d4e' });
});
