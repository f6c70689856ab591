import { type ChildProcess, spawn } from 'node:child_process';
import * as fs from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';

/** A server as `npm start` makes it, from an empty data directory, and the command line beside it. */

const TOP = join(import.meta.dirname, '..', '..');
const START_MS = 120_000;

export interface CliResult {
  status: number;
  out: string;
  err: string;
}

export class TestServer {
  /** Holds the data directory and whatever a test wants to keep beside it. */
  readonly root: string;
  readonly console: string;
  readonly gateway: string;
  setupToken = '';
  output = '';
  readonly #ports: { web: number; gateway: number };
  #process: ChildProcess | null = null;

  private constructor(root: string, web: number, gateway: number) {
    this.root = root;
    this.#ports = { web, gateway };
    this.console = `http://127.0.0.1:${web}`;
    this.gateway = `127.0.0.1:${gateway}`;
  }

  static async start(): Promise<TestServer> {
    const root = fs.mkdtempSync(join(tmpdir(), 'ibs-e2e-'));
    fs.chmodSync(root, 0o755);
    const server = new TestServer(root, await freePort(), await freePort());
    try {
      await server.#run();
    } catch (error) {
      await server.stop();
      throw error;
    }
    return server;
  }

  get dataDirectory(): string {
    return join(this.root, 'data');
  }

  /** Ctrl-C, and everything that is left of it removed, which takes a while and is not waited for. */
  async stop(): Promise<void> {
    const child = this.#process;
    if (child && child.exitCode === null) {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGINT');
      await ended;
    }
    spawn('rm', ['-rf', this.root], { detached: true, stdio: 'ignore' }).unref();
  }

  /** The command line with exactly these words and nothing of the caller's own settings but `env`. */
  cli(words: readonly string[], env: Record<string, string> = {}): Promise<CliResult> {
    const own = { IBS_DATA_DIR: this.dataDirectory, HOME: this.root, LANG: 'C.UTF-8', ...env };
    const program = join(TOP, 'bin', 'ironcore-backup');
    const child = spawn(program, words, {
      env: { PATH: process.env.PATH, ...own } as unknown as NodeJS.ProcessEnv,
    });
    child.stdin.end();
    const result: CliResult = { status: -1, out: '', err: '' };
    child.stdout.on('data', (part) => {
      result.out += part;
    });
    child.stderr.on('data', (part) => {
      result.err += part;
    });
    return new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (status) => resolve({ ...result, status: status ?? -1 }));
    });
  }

  /** Straight to its database, for what would take hours to come about. */
  async sql(text: string): Promise<void> {
    const port = fs
      .readFileSync(join(this.dataDirectory, 'postgres', 'postmaster.pid'), 'utf8')
      .split('\n')[3];
    const password = fs.readFileSync(join(this.dataDirectory, 'database.password'), 'utf8').trim();
    const client = new pg.Client(`postgres://ibs:${password}@127.0.0.1:${port}/ibs`);
    await client.connect();
    try {
      await client.query(text);
    } finally {
      await client.end();
    }
  }

  async #run(): Promise<void> {
    const child = spawn(process.execPath, [join(TOP, 'scripts', 'up.mjs')], {
      cwd: TOP,
      env: {
        ...process.env,
        IBS_DATA_DIR: this.dataDirectory,
        IBS_WEB_PORT: String(this.#ports.web),
        IBS_GATEWAY_PORT: String(this.#ports.gateway),
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#process = child;
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (part) => {
        this.output += part;
      });
    }
    const deadline = performance.now() + START_MS;
    while (!this.output.includes('is ready.')) {
      if (child.exitCode !== null || performance.now() > deadline) {
        throw new Error(`The server did not start:\n${this.output}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    this.setupToken = /Setup token\s+(\S+)/.exec(this.output)?.[1] ?? '';
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}
