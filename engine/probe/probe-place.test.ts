import { execFileSync, spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import * as fs from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { statusOf } from '#domain/datastore.ts';
import { openDescriptorsIn } from '#testing/open-descriptors.ts';
import { localBackend } from '#testing/open-store.ts';
import { temporaryDirectory } from '#testing/temporary-directory.ts';
import { mountOf } from '../backends/local/mount.ts';
import { writeIdentity } from '../identity.ts';
import { type ProbeResult, type ProbeTarget, probePlace } from './probe-place.ts';

const hasStrace = spawnSync('strace', ['-V']).status === 0;
const SCRIPT = `
  import { probePlace } from '#engine/probe/probe-place.ts';
  console.log(JSON.stringify(await probePlace(JSON.parse(process.argv[1]), Date.now())));
`;

/** As much of a datastore as a probe looks at. */
async function place(): Promise<ProbeTarget> {
  const path = temporaryDirectory();
  for (const name of ['0000', 'ffff']) fs.mkdirSync(join(path, '.chunks', name), { recursive: true });
  const backend = localBackend(path);
  const { uuid } = await writeIdentity(backend, randomUUID(), Date.now());
  await backend.close();
  return { path, uuid, mount: mountOf(path) };
}

/** Probes in a process in which the kernel answers the calls of `injected` as told, for whoever makes them. */
function probe(target: ProbeTarget, injected: string[] = []): ProbeResult {
  const rules = injected.flatMap((rule) => ['-e', `inject=${rule}`]);
  const names = injected.map((rule) => rule.split(':')[0]).join(',');
  const words = [process.execPath, '--input-type=module', '-e', SCRIPT, JSON.stringify(target)];
  const strace =
    injected.length > 0
      ? ['strace', '-f', '-qq', '-o', '/dev/null', '-e', `trace=${names}`, ...rules, ...words]
      : words;
  const [program = '', ...args] = strace;
  return JSON.parse(execFileSync(program, args, { encoding: 'utf8', cwd: process.cwd() }));
}

function statusAfter({ reachable, writable, warnings, reason, certain }: ProbeResult) {
  const facts = { reachable, writable, warnings, reason, certain, misses: 0 };
  return statusOf({ deleting: false, maintenance: null, suspect: null, damagedChunks: 0, probe: facts });
}

test('a sound place is online', async () => {
  const result = probe(await place());
  expect(result.steps.map((step) => step.outcome)).toEqual(['ok', 'ok', 'ok', 'ok', 'ok', 'ok']);
  expect(statusAfter(result)).toEqual({ status: 'online', reason: '' });
});

test.skipIf(!hasStrace)(
  'a filesystem that ignores access times makes it degraded, with the reason',
  async () => {
    const result = probe(await place(), ['utimensat:retval=0']);
    expect(result.steps.at(-1)).toMatchObject({ name: 'Access time and clock', outcome: 'warning' });
    expect(statusAfter(result)).toEqual({
      status: 'degraded',
      reason:
        'The filesystem is unfit: an explicit access time is not kept. Garbage collection will not run.',
    });
  },
);

test.skipIf(!hasStrace)(
  'a full one is written to, and warned of: what frees space has to go on',
  async () => {
    const target = await place();
    const result = probe(target, ['pwrite64:error=ENOSPC']);
    expect(statusAfter(result)).toMatchObject({
      status: 'degraded',
      reason: expect.stringMatching(/^No space is left: backups fail/),
    });
    expect(fs.readdirSync(target.path).filter((name) => name.startsWith('.ibs-probe'))).toEqual([]);
  },
);

test.skipIf(!hasStrace)('one that refuses to set them is not written to', async () => {
  const target = await place();
  const result = probe(target, ['utimensat:error=EPERM']);
  expect(result.steps.at(-1)).toMatchObject({ name: 'Access time and clock', outcome: 'failed' });
  expect(statusAfter(result)).toEqual({
    status: 'read-only',
    reason: `${target.path} refused the operation.`,
  });
});

test('nothing stays open behind a probe, whether it went well or not', async () => {
  const target = await place();
  expect((await probePlace(target, Date.now())).reachable).toBe(true);
  expect(openDescriptorsIn(target.path)).toBe(0);
  const failed = await probePlace({ ...target, uuid: randomUUID() }, Date.now());
  expect(failed).toMatchObject({ reachable: false, certain: true });
  expect(openDescriptorsIn(target.path)).toBe(0);
});
