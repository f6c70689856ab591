import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { temporaryDirectory } from '#testing/temporary-directory.ts';
import { ProbeProcesses } from './probe-processes.ts';

/** Ids of the processes for probes that this one has started and that run. */
async function children(): Promise<number[]> {
  const tasks = await readdir('/proc/self/task');
  const lists = await Promise.all(tasks.map((task) => read(`/proc/self/task/${task}/children`)));
  const all = lists.flatMap((list) => list.split(' ').filter(Boolean));
  const commands = await Promise.all(all.map((id) => read(`/proc/${id}/cmdline`)));
  return all.filter((_, index) => commands[index]?.includes('probe-child.ts')).map(Number);
}

/** Empty for what has ended meanwhile. */
function read(path: string): Promise<string> {
  return readFile(path, 'utf8').catch(() => '');
}

test('forty questions at once are all answered, by few processes, and one of these stays for the next', async () => {
  const before = new Set(await children());
  const seen = new Set<number>();
  const look = async () => {
    for (const child of await children()) if (!before.has(child)) seen.add(child);
  };
  const watch = setInterval(() => void look(), 20);
  const path = temporaryDirectory();
  const processes = new ProbeProcesses();
  const ask = () => processes.ask({ ask: 'inspect', look: { path, nowMs: 0, tryAccessTime: 'never' } });
  const outcomes = await Promise.all(Array.from({ length: 40 }, ask));
  await look();
  expect(outcomes.map((outcome) => Object.keys(outcome))).toEqual(outcomes.map(() => ['value']));
  expect(seen.size).toBeLessThanOrEqual(4);
  const known = seen.size;
  expect(await ask()).toHaveProperty('value');
  await look();
  clearInterval(watch);
  expect(seen.size).toBe(known);
  processes.stop();
});

test('a question that kills its process is answered, and the next one gets another', async () => {
  const path = temporaryDirectory();
  const processes = new ProbeProcesses();
  await processes.ask({ ask: 'inspect', look: { path, nowMs: 0, tryAccessTime: 'never' } });
  const before = await children();
  const asked = processes.ask({ ask: 'inspect', look: { path, nowMs: 0, tryAccessTime: 'never' } });
  for (const child of before) process.kill(child, 'SIGKILL');
  expect(await asked).toMatchObject({ failure: { code: 'STORAGE_UNREACHABLE' } });
  expect(
    await processes.ask({ ask: 'inspect', look: { path, nowMs: 0, tryAccessTime: 'never' } }),
  ).toHaveProperty('value');
  processes.stop();
});

test('a process that does not come up is ended: none is left behind', async () => {
  const script = join(temporaryDirectory(), 'probe-child.ts');
  await writeFile(script, 'process.on("message", () => {});');
  const before = new Set(await children());
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  try {
    const asked = new ProbeProcesses(script).ask({
      ask: 'inspect',
      look: { path: '/nowhere', nowMs: 0, tryAccessTime: 'never' },
    });
    await vi.advanceTimersByTimeAsync(61_000);
    expect(await asked).toHaveProperty('failure');
  } finally {
    vi.useRealTimers();
  }
  await vi.waitFor(async () => expect((await children()).filter((id) => !before.has(id))).toEqual([]), 5000);
});
