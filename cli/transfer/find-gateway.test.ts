import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Context } from '../command.ts';
import { readEnvironment } from '../env.ts';
import { findGateway } from './find-gateway.ts';

const FINGERPRINT = 'ab'.repeat(32);
const TOKEN = 'alice@ibs!web-1:secret';
const NO_TRUST = { fingerprint: undefined, caFile: undefined };
let home = '';

beforeAll(() => {
  home = fs.mkdtempSync(join(tmpdir(), 'ibs-gateway-'));
});
afterAll(() => fs.rmSync(home, { recursive: true, force: true }));

/** A context of a machine that has nothing but its environment. */
function contextOf(server: string | null, variables: Record<string, string> = {}): Context {
  const environment = readEnvironment({
    HOME: home,
    IBS_TOKEN: TOKEN,
    ...variables,
  } as unknown as NodeJS.ProcessEnv);
  const globals = { server, tokenFile: null, output: 'table', quiet: false, color: false };
  return { globals, environment } as unknown as Context;
}

test('a gateway that is named by host and port needs no console', async () => {
  const address = await findGateway(contextOf('backup.example.com:9000'), {
    ...NO_TRUST,
    fingerprint: FINGERPRINT,
  });
  expect(address).toEqual({
    host: 'backup.example.com',
    port: 9000,
    trust: { kind: 'fingerprint', fingerprint: FINGERPRINT },
    credential: TOKEN,
  });
});

test('8007 is meant when no port is named, and brackets are not part of an address', async () => {
  expect(await findGateway(contextOf('[::1]'), NO_TRUST)).toMatchObject({ host: '::1', port: 8007 });
});

test('without a fingerprint the authorities of the system decide; nothing switches the check off', async () => {
  const { trust } = await findGateway(contextOf('backup.example.com'), NO_TRUST);
  expect(trust).toEqual({ kind: 'authority', certificates: null });
});

test('a fingerprint of the environment counts, and one of the command line counts more', async () => {
  const context = contextOf('backup.example.com', { IBS_FINGERPRINT: 'cd'.repeat(32) });
  expect((await findGateway(context, NO_TRUST)).trust).toMatchObject({ fingerprint: 'cd'.repeat(32) });
  const given = await findGateway(context, { ...NO_TRUST, fingerprint: FINGERPRINT });
  expect(given.trust).toMatchObject({ fingerprint: FINGERPRINT });
});

test.each([['backup.example.com:0'], ['backup.example.com:99999'], ['user@backup.example.com'], ['a b']])(
  '%j is not the address of a server',
  async (server) => {
    await expect(findGateway(contextOf(server), NO_TRUST)).rejects.toThrow('is not the address of a server');
  },
);

test.each(['zz', 'ab:cd', `${FINGERPRINT}00`])('%j is not a fingerprint', async (fingerprint) => {
  const found = findGateway(contextOf('backup.example.com'), { ...NO_TRUST, fingerprint });
  await expect(found).rejects.toThrow('is not a fingerprint');
});

test('a fingerprint that came over an open network proves nothing', async () => {
  const at = (console: string) =>
    ({
      ...contextOf(console),
      server: async () => ({ console, gateway: null, certificateFile: null, token: TOKEN }),
      api: async () => ({
        system: {
          about: {
            query: async () => ({
              gateway: { address: 'backup.example.com:8007', fingerprint: FINGERPRINT },
            }),
          },
        },
      }),
    }) as unknown as Context;
  const trustOf = async (console: string) => (await findGateway(at(console), NO_TRUST)).trust;
  expect(await trustOf('https://backup.example.com')).toMatchObject({ kind: 'fingerprint' });
  expect(await trustOf('http://127.0.0.1:3000')).toMatchObject({ kind: 'fingerprint' });
  expect(await trustOf('http://backup.example.com:3000')).toEqual({ kind: 'authority', certificates: null });
});
