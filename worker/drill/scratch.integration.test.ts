import { randomUUID } from 'node:crypto';
import * as fs from 'node:fs';
import { dirname, join } from 'node:path';
import pino from 'pino';
import { expect, test } from 'vitest';
import { worker } from '#drizzle/schema/datastore.ts';
import { temporaryDirectory } from '#testing/temporary-directory.ts';
import { testDatabase } from '#testing/test-database.ts';
import { readWorkerConfig } from '../env.ts';
import type { WorkerContext } from '../worker-context.ts';
import { makeScratch, removeLeftScratch, removeScratch, roomBytes, takeRoom } from './scratch.ts';

const log = pino({ level: 'silent' }) as WorkerContext['log'];

/** What drills of a worker see of it. */
function contextAt(scratchDirectory: string) {
  const config = { scratchDirectory } as WorkerContext['config'];
  const identity = { id: randomUUID() } as WorkerContext['identity'];
  return { config, identity, log };
}

/** Directories in one another, as a client may send them: such a path is too long for any call. */
function makeDeep(root: string): void {
  const name = 'd'.repeat(200);
  const parts: string[] = [];
  for (let depth = 0; depth < 30; depth += 1) {
    const part = join(root, `part-${depth}`);
    fs.mkdirSync(part);
    fs.writeFileSync(join(part, 'file'), 'x');
    parts.push(part);
  }
  for (const [at, part] of parts.entries()) if (at > 0) fs.renameSync(parts[at - 1] ?? '', join(part, name));
}

test('nobody but the worker can enter where a drill restores to, whatever the directory around it is like', async () => {
  const shared = temporaryDirectory();
  fs.chmodSync(shared, 0o777);
  const umask = process.umask(0);
  try {
    const path = await makeScratch(contextAt(shared), randomUUID());
    expect(fs.statSync(path).mode & 0o7777).toBe(0o700);
  } finally {
    process.umask(umask);
  }
});

test('a tree goes also when its paths are too long for a call, and directories in it forbid everything', async () => {
  const shared = temporaryDirectory();
  const outside = temporaryDirectory();
  fs.writeFileSync(join(outside, 'stays'), 'x');
  fs.chmodSync(outside, 0o755);
  const path = await makeScratch(contextAt(shared), randomUUID());
  makeDeep(path);
  fs.mkdirSync(join(path, 'closed', 'inner'), { recursive: true });
  fs.symlinkSync(outside, join(path, 'closed', 'link'));
  fs.chmodSync(join(path, 'closed'), 0o000);
  await removeScratch(path);
  expect(fs.readdirSync(shared)).toEqual([]);
  expect(fs.readdirSync(outside)).toEqual(['stays']);
  expect(fs.statSync(outside).mode & 0o777).toBe(0o755);
});

test('of what is left behind only what drills of dead workers have made goes; files of others stay', async () => {
  const { db } = await testDatabase();
  const shared = temporaryDirectory();
  const context = contextAt(shared);
  const living = randomUUID();
  const facts = { host: 'there', bootId: 'boot', pid: 1, processStart: 'start' };
  await db.insert(worker).values({ id: living, ...facts });
  const own = `drill.${context.identity.id}.${randomUUID()}`;
  const busy = `drill.${living}.${randomUUID()}`;
  const left = `drill.${randomUUID()}.${randomUUID()}`;
  const foreign = ['drill.pdf', 'drill.notes.txt', `drill.${randomUUID()}`, `${left}.bak`];
  for (const name of [own, busy, left, ...foreign]) fs.mkdirSync(join(shared, name));
  await removeLeftScratch({ ...context, db });
  expect(fs.readdirSync(shared).sort()).toEqual([own, busy, ...foreign].sort());
});

test('two drills at once are not promised the same room', async () => {
  const scratchDirectory = temporaryDirectory();
  const room = () => roomBytes({ scratchDirectory } as WorkerContext['config']);
  const most = Math.floor((await room()) * 0.7);
  {
    using first = await takeRoom(scratchDirectory, most);
    const second = takeRoom(scratchDirectory, most);
    await expect(second).rejects.toMatchObject({
      code: 'SCRATCH_FULL',
      message: expect.stringContaining('of which other drills will fill'),
    });
    expect(await room()).toBeLessThan(most);
    first.wrote(most); // by now it is not free any more
    using _third = await takeRoom(scratchDirectory, most);
  }
  using _again = await takeRoom(scratchDirectory, most);
});

test('each installation that is told the same place has a directory of its own there', () => {
  const shared = temporaryDirectory();
  const places = ['a', 'b', 'a'].map((digit) => {
    const data = temporaryDirectory();
    fs.writeFileSync(join(data, 'secret.key'), digit.repeat(64));
    const environment = { DATABASE_URL: 'x', IBS_DATA_DIR: data, IBS_SCRATCH_DIR: shared };
    return readWorkerConfig({ ...environment, NODE_ENV: 'test' }).scratchDirectory;
  });
  expect(places.map((place) => dirname(place))).toEqual([shared, shared, shared]);
  expect(new Set(places).size).toBe(2);
});
