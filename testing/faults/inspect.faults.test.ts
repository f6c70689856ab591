import { randomUUID } from 'node:crypto';
import * as fs from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { DatastoreName } from '#domain/ids.ts';
import { datastore } from '#drizzle/schema/datastore.ts';
import { mountOf } from '#engine/backends/local/mount.ts';
import { testApi } from '../test-api.ts';
import { testGateway } from '../test-gateway.ts';
import { FaultFilesystem, whyNoFaultFilesystem } from './fault-filesystem.ts';
import { makeFaultRoot } from './fault-root.ts';

/** Looking at places while some storage does not answer (docs/reliability.md). */

const missing = whyNoFaultFilesystem();
const MOMENT_MS = 3000;

describe.skipIf(missing)(`storage that hangs${missing ? ` (${missing})` : ''}`, () => {
  const root = makeFaultRoot('ibs-inspect');
  const gateway = testGateway({ stores: ['main'] });
  const api = testApi(() => gateway.database.url);
  let disk: FaultFilesystem;

  beforeAll(async () => {
    disk = new FaultFilesystem(root);
    fs.mkdirSync(join(disk.behind, 'neighbour'));
    const { type, source, mountPoint } = mountOf(disk.path);
    // Never completed, so that only a look at it as a neighbour could touch it.
    await gateway.db.insert(datastore).values({
      ...{ id: randomUUID(), name: 'neighbour' as DatastoreName, kind: 'local', syncLevel: 'file' },
      config: { kind: 'local', path: join(disk.path, 'neighbour'), mount: { type, source, mountPoint } },
      createdBy: 'admin@ibs',
    });
    await api.as('admin@ibs').settings.update({ allowedRootsAdd: [root] });
  });
  afterAll(() => disk?.destroy());

  function inspect(path: string) {
    return api.as('admin@ibs').datastore.inspectPath({ path: path as never, purpose: 'create' });
  }

  /** How long the gateway takes to answer, at worst, until `work` is done. */
  async function slowestAnswer(work: Promise<unknown>): Promise<number> {
    let [worst, working] = [0, true];
    const done = work.finally(() => {
      working = false;
    });
    while (working) {
      const started = performance.now();
      await gateway.rest('GET', '/version');
      worst = Math.max(worst, performance.now() - started);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    await done;
    return worst;
  }

  test('the look at it ends in words, and nobody else waits for it', async () => {
    const path = join(disk.path, 'new');
    expect((await inspect(path)).checks.find(({ id }) => id === 'sameFilesystem')?.text).toMatch(
      /^neighbour is on/,
    );
    disk.freeze();
    const looking = expect(inspect(path)).rejects.toMatchObject({
      cause: { code: 'STORAGE_UNREACHABLE', message: `${path} did not answer within 10 s.` },
    });
    expect(await slowestAnswer(looking)).toBeLessThan(MOMENT_MS);
  });

  test('a look at other places does not touch it', async () => {
    const started = performance.now();
    const { checks } = await inspect(join(root, 'elsewhere'));
    expect(checks.find(({ id }) => id === 'path')?.outcome).toBe('ok');
    expect(performance.now() - started).toBeLessThan(MOMENT_MS);
  });
});
