import * as fs from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { testApi } from '#testing/test-api.ts';
import { testGateway } from '#testing/test-gateway.ts';

/** What is said about a place, by the real worker. */

const gateway = testGateway({ stores: ['main'] });
const api = testApi(() => gateway.database.url);
let root = '';

beforeAll(async () => {
  root = join(dirname(gateway.path()), 'places');
  fs.mkdirSync(root);
  await api.as('admin@ibs').settings.update({ allowedRootsAdd: [root] });
});

function inspect(path: string, purpose: 'create' | 'adopt' = 'create') {
  return api.as('admin@ibs').datastore.inspectPath({ path: path as never, purpose });
}

async function outcomes(path: string, purpose?: 'adopt') {
  const { checks } = await inspect(path, purpose);
  return Object.fromEntries(checks.map(({ id, outcome }) => [id, outcome]));
}

test('outside the allowed roots nothing is looked at, and nothing written', async () => {
  const outside = fs.mkdtempSync(join(dirname(root), 'outside-'));
  fs.writeFileSync(join(outside, 'secret'), '');
  const before = fs.statSync(outside).mtimeMs;
  expect(await inspect(outside)).toEqual({
    ...{ path: outside, found: null, entries: [], content: null },
    checks: [expect.objectContaining({ id: 'roots', outcome: 'blocked' })],
  });
  expect(fs.statSync(outside).mtimeMs).toBe(before);
});

test('a symbolic link does not lead out of the allowed roots', async () => {
  const outside = fs.mkdtempSync(join(dirname(root), 'outside-'));
  fs.mkdirSync(join(outside, 'below'));
  fs.writeFileSync(join(outside, 'below/secret'), '');
  fs.symlinkSync(outside, join(root, 'link'));
  const { entries, checks } = await inspect(join(root, 'link/below'));
  expect(entries).toEqual([]);
  expect(checks.find(({ id }) => id === 'path')).toEqual({
    ...{ id: 'path', outcome: 'blocked' },
    text: `${join(root, 'link')} is a symbolic link; give the real path.`,
  });
});

test('chunks without anything beside them are content', async () => {
  const path = join(root, 'chunks-only');
  fs.mkdirSync(join(path, '.chunks/0000'), { recursive: true });
  expect(await outcomes(path)).toMatchObject({ content: 'blocked' });
  expect((await inspect(path)).entries).toEqual(['.chunks']);
});

test('to look at what could be adopted writes nothing there', async () => {
  const path = join(root, 'adoptable');
  fs.mkdirSync(join(path, '.chunks'), { recursive: true });
  fs.writeFileSync(join(path, '.lock'), '');
  const before = fs.statSync(path, { bigint: true }).mtimeNs;
  expect(await outcomes(path, 'adopt')).toMatchObject({ content: 'ok', accessTime: 'ok' });
  expect(fs.statSync(path, { bigint: true }).mtimeNs).toBe(before);
});

test('another datastore on the filesystem is told by its recorded mount', async () => {
  const { checks } = await inspect(join(root, 'new'));
  expect(checks.find(({ id }) => id === 'sameFilesystem')).toMatchObject({
    outcome: 'override',
    text: expect.stringMatching(/^main is on the same filesystem/),
  });
});
