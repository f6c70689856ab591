import { type ChildProcess, spawn } from 'node:child_process';
import { createHash, randomBytes, X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import * as fs from 'node:fs';
import { dirname, join } from 'node:path';
import { expect } from 'vitest';
import { type Api, openApi, type TaskDetail } from '#cli/connect/api.ts';
import type { GatewayAddress } from '#client/connection/open-session.ts';
import { runRestore } from '#client/restore/run-restore.ts';
import { AuditResult } from '#domain/audit.ts';
import type { DatastoreName } from '#domain/ids.ts';
import { isFinal } from '#domain/task.ts';
import type { RunningServer } from '../running-server.ts';
import { snapshotRef } from '../session-client.ts';
import { nextTime } from './client-calls.ts';

/** A datastore of a running server, used as people use it: through its API and with the real client. */

/** What must be known of a server to use it. */
export type ServerAccess = Pick<RunningServer, 'console' | 'gateway' | 'dataDirectory' | 'token'>;

const TOP = join(import.meta.dirname, '..', '..');
const NEVER = new AbortController().signal;
const REASON = 'A test on one disk; nothing in it is needed.';

export interface FaultDatastore {
  api: Api;
  name: DatastoreName;
  path: string;
  /** Of the worker that serves it; another one after a take-over. */
  address: GatewayAddress;
}

export function connectApi(server: ServerAccess): Api {
  return openApi({ console: server.console, token: server.token }, NEVER);
}

/** What is forgotten goes for good unless `trashDays` says something else. */
export async function createDatastore(
  server: ServerAccess,
  path: string,
  { trashDays = 0 } = {},
): Promise<FaultDatastore> {
  const api = connectApi(server);
  await api.settings.update.mutate({ allowedRoots: [dirname(path)] });
  const name = `ds-${randomBytes(4).toString('hex')}` as DatastoreName;
  const input = { type: 'local' as const, name, path, trashDays, sameFilesystemReason: REASON };
  await endOf(api, await api.datastore.create.mutate(input));
  return { api, name, path, address: addressOf(server, server.gateway) };
}

export async function adoptDatastore(server: ServerAccess, name: DatastoreName, path: string) {
  const api = connectApi(server);
  await api.settings.update.mutate({ allowedRoots: [dirname(path)] });
  const input = { type: 'local' as const, name, path, sameFilesystemReason: REASON };
  await endOf(api, await api.datastore.adopt.mutate(input));
  return { api, name, path, address: addressOf(server, server.gateway) };
}

export function addressOf(server: ServerAccess, gateway: string): GatewayAddress {
  const certificate = fs.readFileSync(join(server.dataDirectory, 'tls', 'gateway.crt'), 'utf8');
  const fingerprint = new X509Certificate(certificate).fingerprint256;
  const [host = '', port = ''] = gateway.split(':');
  return { host, port: Number(port), trust: { kind: 'fingerprint', fingerprint }, credential: server.token };
}

/** Waits for the end of a task; fails with its reason unless it succeeded. */
export async function endOf(api: Api, { taskId }: { taskId: string }): Promise<TaskDetail> {
  const ended = await finalTask(api, taskId);
  const log = ended.state === 'failed' ? (await api.task.log.query({ id: taskId })).lines : [];
  expect(ended.state, `${ended.title}: ${ended.outcome} ${log.map((line) => line.text).join(' | ')}`).toMatch(
    /succeeded|warnings/,
  );
  return ended;
}

export async function finalTask(api: Api, id: string, patienceMs = 180_000): Promise<TaskDetail> {
  return until('a task ends', patienceMs, async () => {
    const task = await api.task.get.query({ id });
    return isFinal(task.state) ? task : null;
  });
}

/** Asks until there is an answer; failures to ask count as none. */
export async function until<T>(
  what: string,
  patienceMs: number,
  ask: () => Promise<T | null | false>,
): Promise<T> {
  const deadline = performance.now() + patienceMs;
  let last: unknown = null;
  while (performance.now() < deadline) {
    try {
      const answer = await ask();
      if (answer !== null && answer !== false) return answer;
    } catch (error) {
      last = error;
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`Waited in vain until ${what}${last ? ` (${last})` : ''}.`);
}

export function isOnline(store: FaultDatastore): () => Promise<boolean> {
  return async () => (await store.api.datastore.get.query({ name: store.name })).status === 'online';
}

/** Online as the worker that was started last has found it; until then the record says what the one before has found. */
export function isServedAnew(store: FaultDatastore): () => Promise<boolean> {
  return async () => {
    const { workers } = await store.api.system.about.query();
    const { status, lastGoodProbeAt } = await store.api.datastore.get.query({ name: store.name });
    const startedAt = Math.max(...workers.map((worker) => worker.startedAt.getTime()));
    return status === 'online' && lastGoodProbeAt !== null && lastGoodProbeAt.getTime() > startedAt;
  };
}

/** A file that no compressor makes smaller. */
export function writeSource(path: string, sizeMiB: number): string {
  const fd = fs.openSync(path, 'w');
  for (let at = 0; at < sizeMiB; at += 1) fs.writeSync(fd, randomBytes(1024 * 1024));
  fs.closeSync(fd);
  return path;
}

/** A backup in a process of its own. */
export function backUpInProcess(store: FaultDatastore, source: string, id: string): ChildProcess {
  const { address, name } = store;
  // Its own count of times would begin anew, behind the times of backups that this process has made.
  const words = JSON.stringify({ store: { address, name }, source, id, time: nextTime() });
  return spawn(process.execPath, ['testing/faults/client-process.ts', words], {
    cwd: TOP,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

export async function restore(
  store: FaultDatastore,
  id: string,
  time: number,
  target: string,
  archive = 'disk.img',
) {
  await runRestore({
    address: store.address,
    datastore: store.name,
    snapshot: snapshotRef(id, time),
    archive,
    target,
    path: null,
    overwrite: true,
    tree: {},
    events: {},
    signal: NEVER,
    monotonic: () => performance.now(),
  });
}

export async function expectRestores(
  store: FaultDatastore,
  snapshot: { id: string; time: number },
  source: string,
) {
  const target = `${source}.restored`;
  await restore(store, snapshot.id, snapshot.time, target);
  expect(hashOf(target)).toBe(hashOf(source));
  fs.rmSync(target);
}

function hashOf(path: string): string {
  return createHash('sha256').update(fs.readFileSync(path)).digest('hex');
}

/** Times of the snapshots that are listed as finished. */
export async function finishedTimes(store: FaultDatastore, id: string): Promise<number[]> {
  const { snapshots } = await store.api.snapshot.list.query({ datastore: store.name, limit: 1000 });
  return snapshots
    .filter((one) => one.id === id && one.finished)
    .map((one) => one.time)
    .sort((a, b) => a - b);
}

/** On the disk: every directory of a snapshot of the group, with or without a manifest. */
export function timesOnDisk(store: FaultDatastore, id: string): { all: string[]; finished: string[] } {
  const group = join(store.path, 'host', id);
  const all = fs.existsSync(group) ? fs.readdirSync(group).filter((name) => /^\d{4}-/.test(name)) : [];
  return { all, finished: all.filter((name) => fs.existsSync(join(group, name, 'index.json.blob'))) };
}

/** The audit as it ships, reading every chunk, finds nothing: neither in the files nor in what is recorded of them. */
export async function expectClean(store: FaultDatastore): Promise<void> {
  const shown = () => store.api.datastore.get.query({ name: store.name });
  await until('the chunks are counted', 120_000, async () => (await shown()).chunkCount !== null);
  await until('nothing runs any more', 120_000, async () => (await unfinishedTasks(store)).length === 0);
  const started = await store.api.datastore.audit.mutate({ name: store.name, deep: true });
  const { state, outcome, result } = await finalTask(store.api, started.taskId);
  expect(AuditResult.safeParse(result).data?.findings, `${state}: ${outcome}`).toEqual([]);
}

async function unfinishedTasks(store: FaultDatastore): Promise<string[]> {
  const states = ['queued', 'running'] as const;
  const { tasks } = await store.api.task.list.query({ datastore: store.name, states: [...states] });
  return tasks.map((one) => `${one.kind} ${one.state}`);
}

export async function exitOf(child: ChildProcess): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
  const [code] = (await once(child, 'exit')) as [number | null];
  return code;
}
