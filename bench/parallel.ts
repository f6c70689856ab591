import { Agent, request } from 'node:https';
import { basename, join } from 'node:path';
import { run } from './measuring/measure.ts';
import { flush } from './measuring/page-cache.ts';
import { peakResidentBytes, resetPeak } from './measuring/processes.ts';
import type { BenchServer } from './server.ts';
import type { Workspace } from './workspace.ts';

/** Several machines that are backed up at once: what the worker needs for it, and whether others notice. */

export interface ParallelFigures {
  backups: number;
  bytes: number;
  wallSeconds: number;
  /** The largest of the clients, each with its threads. */
  clientPeakBytes: number;
  workerPeakBytes: number;
  /** Milliseconds that a small call to the gateway took meanwhile; the event loop of the worker is a part of it. */
  calls: { count: number; p50: number; p99: number; max: number };
}

const CALL_EVERY_MS = 20;

export async function measureParallel(
  workspace: Workspace,
  server: BenchServer,
  images: readonly string[],
  round: number,
  bytes: number,
): Promise<ParallelFigures> {
  const datastore = `parallel-${round}`;
  await server.createDatastore(datastore, join(workspace.directory('ibs'), datastore));
  const [worker = 0] = server.processes();
  await flush(workspace.root);
  resetPeak(worker);
  const caller = new Caller(server);
  const started = performance.now();
  const clients = await Promise.all(
    images.map((path) => {
      const where = [
        '--datastore',
        datastore,
        '--backup-type',
        'host',
        '--backup-id',
        basename(path, '.img'),
      ];
      return run(server.command(['backup', `disk.img:${path}`, ...where]));
    }),
  );
  const calls = await caller.end();
  await flush(workspace.root);
  return {
    backups: images.length,
    bytes,
    wallSeconds: (performance.now() - started) / 1000,
    clientPeakBytes: Math.max(...clients.map(({ peakBytes }) => peakBytes)),
    workerPeakBytes: peakResidentBytes(worker),
    calls,
  };
}

/** Somebody who asks for next to nothing, one call after the other, over one connection. */
class Caller {
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 1, rejectUnauthorized: false });
  readonly #url: string;
  readonly #headers: Record<string, string>;
  readonly #tookMs: number[] = [];
  readonly #done: Promise<void>;
  #ended = false;

  constructor({ gateway, token }: BenchServer) {
    this.#url = `https://${gateway}/api2/json/version`;
    this.#headers = { Authorization: `PBSAPIToken=${token}` };
    this.#done = this.#loop();
  }

  async end(): Promise<ParallelFigures['calls']> {
    this.#ended = true;
    await this.#done;
    this.#agent.destroy();
    const sorted = [...this.#tookMs].sort((a, b) => a - b);
    const at = (share: number) => sorted[Math.min(Math.floor(sorted.length * share), sorted.length - 1)] ?? 0;
    return { count: sorted.length, p50: at(0.5), p99: at(0.99), max: at(1) };
  }

  async #loop(): Promise<void> {
    await this.#call(); // the handshake is not what is asked about
    this.#tookMs.length = 0;
    while (!this.#ended) {
      await this.#call();
      await new Promise((resolve) => setTimeout(resolve, CALL_EVERY_MS));
    }
  }

  #call(): Promise<void> {
    const started = performance.now();
    return new Promise((resolve, reject) => {
      const call = request(this.#url, { agent: this.#agent, headers: this.#headers }, (response) => {
        response.resume();
        if (response.statusCode !== 200) reject(new Error(`the gateway answered ${response.statusCode}`));
        response.once('end', () => {
          this.#tookMs.push(performance.now() - started);
          resolve();
        });
      });
      call.once('error', reject);
      call.end();
    });
  }
}
