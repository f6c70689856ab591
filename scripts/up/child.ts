import { type ChildProcess, spawn } from 'node:child_process';
import { underSupervisor } from './pdeathsig.ts';

const RESTART_MS = [500, 1000, 2000, 5000, 10_000];
/** A child that ran this long starts again without delay. */
const SETTLED_MS = 60_000;
const KILL_AFTER_MS = 8000;

export interface ChildOptions {
  name: string;
  command: string[];
  environment: NodeJS.ProcessEnv;
  cwd: string;
  say: (line: string) => void;
}

/** A process that is restarted when it ends by itself, and dies with us. */
export class Child {
  readonly #options: ChildOptions;
  #process: ChildProcess | null = null;
  #stopping = false;
  #failures = 0;

  constructor(options: ChildOptions) {
    this.#options = options;
  }

  start(): void {
    const { command, environment, cwd, name, say } = this.#options;
    const [program = '', ...flags] = underSupervisor(command, 'TERM', null);
    const startedAt = performance.now();
    const child = spawn(program, flags, {
      env: environment,
      cwd,
      stdio: ['ignore', 'inherit', 'inherit'],
      detached: true, // Ctrl-C in a terminal reaches the whole group: only the supervisor knows the order to stop in
    });
    this.#process = child;
    child.once('error', (error) => say(`${name} could not be started: ${error.message}`));
    child.once('exit', (code, signal) => {
      this.#process = null;
      if (this.#stopping) return;
      this.#failures = performance.now() - startedAt > SETTLED_MS ? 0 : this.#failures + 1;
      const delay = RESTART_MS[Math.min(this.#failures, RESTART_MS.length) - 1] ?? 0;
      say(
        `${name} ended (${signal ?? `status ${code}`}); starting it again${delay ? ` in ${delay / 1000} s` : ''}.`,
      );
      setTimeout(() => {
        if (!this.#stopping) this.start();
      }, delay);
    });
  }

  /** Asks it to end, and kills it when it does not. */
  stop(): Promise<void> {
    this.#stopping = true;
    const child = this.#process;
    if (!child || child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(() => child.kill('SIGKILL'), KILL_AFTER_MS);
      child.once('exit', () => {
        clearTimeout(timer);
        resolve();
      });
      child.kill('SIGTERM');
    });
  }
}
