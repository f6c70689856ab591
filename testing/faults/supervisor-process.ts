import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import * as fs from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';

/** `npm start` as a process, and every process that belongs to it. */

const TOP = join(import.meta.dirname, '..', '..');

export interface SupervisorOptions {
  dataDirectory: string;
  webPort: number;
  gatewayPort: number;
  environment?: Record<string, string>;
  account?: { uid: number; gid: number };
  /** By way of npm, as people do. */
  byNpm?: boolean;
  /** Leads a process group of its own, as a command that is typed into a terminal does. */
  leadsGroup?: boolean;
}

export class Supervisor {
  readonly process: ChildProcess;
  readonly options: SupervisorOptions;
  #said = '';

  constructor(options: SupervisorOptions) {
    this.options = options;
    const { DATABASE_URL: _, NODE_ENV: __, VITEST: ___, ...inherited } = process.env;
    const [program, ...words] = options.byNpm ? ['npm', 'start'] : [process.execPath, 'scripts/up.mjs'];
    this.process = spawn(program, words, {
      cwd: TOP,
      env: {
        ...(inherited as NodeJS.ProcessEnv),
        IBS_DATA_DIR: options.dataDirectory,
        IBS_WEB_PORT: String(options.webPort),
        IBS_GATEWAY_PORT: String(options.gatewayPort),
        ...options.environment,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: options.leadsGroup === true,
      ...options.account,
    });
    for (const stream of [this.process.stdout, this.process.stderr]) {
      stream?.on('data', (part: Buffer) => {
        this.#said += part.toString('utf8');
      });
    }
  }

  get said(): string {
    return this.#said;
  }

  get gateway(): string {
    return `127.0.0.1:${this.options.gatewayPort}`;
  }

  get console(): string {
    return `http://127.0.0.1:${this.options.webPort}`;
  }

  /** Until it says that it is ready. */
  async ready(): Promise<this> {
    while (!this.#said.includes('is ready')) {
      if (this.ended) throw new Error(`npm start ended before it was ready:\n${this.#said}`);
      await pause(50);
    }
    return this;
  }

  get ended(): boolean {
    return this.process.exitCode !== null || this.process.signalCode !== null;
  }

  /** Its status; null when a signal ended it. */
  async exit(): Promise<number | null> {
    if (!this.ended) await once(this.process, 'exit');
    return this.process.exitCode;
  }

  async interrupt(): Promise<number | null> {
    this.process.kill('SIGINT');
    return this.exit();
  }

  /** What Ctrl-C in a terminal does: the signal goes to everything in the group. */
  async interruptGroup(): Promise<number | null> {
    process.kill(-(this.process.pid ?? 0), 'SIGINT');
    return this.exit();
  }

  /** The id of the child whose command line holds `words`. */
  child(words: string): number {
    const found = processes().find((one) => one.parent === this.process.pid && one.command.includes(words));
    if (!found) throw new Error(`There is no child ${words}.`);
    return found.pid;
  }

  /** Everything that runs for this data directory, whoever its parent is by now. */
  family(): string[] {
    const { dataDirectory } = this.options;
    return processes()
      .filter((one) => one.command.includes(dataDirectory) || one.environment.includes(dataDirectory))
      .map((one) => `${one.pid} ${one.command}`);
  }
}

function processes(): { pid: number; parent: number; command: string; environment: string }[] {
  return fs
    .readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const stat = fs.readFileSync(`/proc/${name}/stat`, 'utf8');
        const [state, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
        if (state === 'Z') return [];
        const command = fs.readFileSync(`/proc/${name}/cmdline`, 'utf8').replaceAll('\0', ' ');
        return [{ pid: Number(name), parent: Number(parent), command, environment: environmentOf(name) }];
      } catch {
        return []; // it ended while we looked
      }
    });
}

function environmentOf(pid: string): string {
  try {
    return fs.readFileSync(`/proc/${pid}/environ`, 'utf8');
  } catch {
    return ''; // another user's
  }
}

export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
