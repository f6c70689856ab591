import { type ChildProcess, spawn } from 'node:child_process';
import { underSupervisor } from '#scripts/up/pdeathsig.ts';
import { dropCaches, flush } from './page-cache.ts';
import {
  cpuSeconds,
  cpuSecondsOfEnded,
  peakResidentBytes,
  processTree,
  resetPeak,
  residentBytes,
} from './processes.ts';

/** What one run of a program cost. */
export interface Sample {
  wallSeconds: number;
  /** Of the program and what it started. */
  cpuSeconds: number;
  peakBytes: number;
  /** Of the server that it talked to. */
  server: { cpuSeconds: number; peakBytes: number } | null;
}

export interface Command {
  words: readonly string[];
  directory?: string;
  environment?: Record<string, string>;
  /** Processes that work for the program; the first one's memory is told. */
  server?: readonly number[];
  /** Flushed to the disk inside of the measured time. */
  written: string;
}

export interface Measured {
  sample: Sample;
  /** What the program printed. */
  output: string;
}

const LOOK_EVERY_MS = 20;
const SAID_MAX = 4000;

/** Runs programs one at a time and tells what they cost. */
export class Meter {
  #cold: boolean;

  constructor(cold: boolean) {
    this.#cold = cold;
  }

  /** Leaves the page cache alone meanwhile: for what only has to be done before something is measured. */
  async warm<T>(work: () => Promise<T>): Promise<T> {
    const wasCold = this.#cold;
    this.#cold = false;
    try {
      return await work();
    } finally {
      this.#cold = wasCold;
    }
  }

  async measure(command: Command): Promise<Measured> {
    await flush(command.written);
    if (this.#cold) dropCaches();
    const server = command.server ?? [];
    const [served] = server;
    if (served !== undefined) resetPeak(served);
    const serverBefore = sum(server, cpuSeconds);
    const before = cpuSecondsOfEnded();
    const started = performance.now();
    const { output, peakBytes } = await run(command);
    await flush(command.written);
    const wallSeconds = (performance.now() - started) / 1000;
    const atServer =
      served === undefined
        ? null
        : { cpuSeconds: sum(server, cpuSeconds) - serverBefore, peakBytes: peakResidentBytes(served) };
    const cpu = cpuSecondsOfEnded() - before;
    return { sample: { wallSeconds, cpuSeconds: cpu, peakBytes, server: atServer }, output };
  }
}

const running = new Set<ChildProcess>();

/** Ends what runs at the moment, without waiting for its work. */
export function endRunning(): void {
  for (const child of running) child.kill('SIGKILL');
}

/** Runs a program whose cost is of no interest; its failure is an error with its own words. */
export async function run(
  command: Pick<Command, 'words' | 'directory' | 'environment'>,
): Promise<{ output: string; peakBytes: number }> {
  const [program = '', ...words] = underSupervisor([...command.words], 'TERM', null);
  const child = spawn(program, words, {
    cwd: command.directory,
    env: { ...process.env, ...command.environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.add(child);
  let output = '';
  let said = '';
  child.stdout.on('data', (part: Buffer) => {
    output = (output + part.toString('utf8')).slice(-SAID_MAX);
  });
  child.stderr.on('data', (part: Buffer) => {
    said = (said + part.toString('utf8')).slice(-SAID_MAX);
  });
  let peakBytes = 0;
  const look = () => {
    if (child.pid === undefined) return;
    const resident = residentBytes(processTree(child.pid));
    peakBytes = Math.max(peakBytes, resident, peakResidentBytes(child.pid));
  };
  const timer = setInterval(look, LOOK_EVERY_MS);
  try {
    const status = await new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code, signal) => resolve(code ?? signal));
    });
    if (status !== 0) throw new Error(`${command.words.join(' ')} ended with ${status}:\n${said || output}`);
    return { output, peakBytes };
  } finally {
    clearInterval(timer);
    running.delete(child);
  }
}

function sum(pids: readonly number[], measure: (pid: number) => number): number {
  return pids.reduce((total, pid) => total + measure(pid), 0);
}
