import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import { LeftBehind } from './left-behind.ts';
import {
  noAnswer,
  PROBE_DEADLINE_MS,
  type ProbeOutcome,
  type ProbeQuestion,
  pathOf,
} from './probe-messages.ts';

/** Starting one takes a processor for a third of a second: forty at once would only make each other late. */
const STARTING_MAX = 2;
const START_PATIENCE_MS = 60_000;
/** One is kept for the next question; more are needed only while several questions are open. */
const IDLE_MAX = 1;

/**
 * The processes that questions about storage are answered in, one question at a time each. One that does not answer
 * is killed, and no other is sent to the same storage before it has gone.
 *
 * The time for an answer begins when the process has started and is free, so that a busy machine is not taken for
 * storage that hangs.
 */
export class ProbeProcesses {
  readonly #left = new LeftBehind();
  readonly #idle: ChildProcess[] = [];
  readonly #waiting: ((process: ChildProcess | null) => void)[] = [];
  readonly #script: string;
  #starting = 0;

  constructor(script = join(import.meta.dirname, 'probe-child.ts')) {
    this.#script = script;
  }

  /** Never fails: what goes wrong is the outcome. */
  async ask(question: ProbeQuestion): Promise<ProbeOutcome> {
    const path = pathOf(question);
    const silent = noAnswer(`${path} did not answer within ${PROBE_DEADLINE_MS / 1000} s`);
    if (!(await this.#left.isFree(path, PROBE_DEADLINE_MS))) return silent;
    const child = await this.#take();
    if (child === null) return noAnswer('the probe could not be started');
    const outcome = await this.#answerOf(child, question);
    if (outcome !== null) return outcome;
    this.#left.add(path, exitOf(child));
    child.kill('SIGKILL');
    child.unref();
    return silent;
  }

  stop(): void {
    for (const child of this.#idle) child.disconnect();
  }

  #take(): Promise<ChildProcess | null> {
    const idle = this.#idle.pop();
    if (idle) return Promise.resolve(idle);
    const { promise, resolve } = Promise.withResolvers<ChildProcess | null>();
    this.#waiting.push(resolve);
    this.#startMore();
    return promise;
  }

  #startMore(): void {
    while (this.#starting < Math.min(STARTING_MAX, this.#waiting.length)) {
      this.#starting += 1;
      void this.#startOne().then((child) => {
        this.#starting -= 1;
        if (child) this.#free(child);
        else this.#waiting.shift()?.(null);
        this.#startMore();
      });
    }
  }

  /** Null when it did not come up. */
  #startOne(): Promise<ChildProcess | null> {
    const child = fork(this.#script, [], { stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
    const { promise, resolve } = Promise.withResolvers<ChildProcess | null>();
    const timer = setTimeout(() => {
      child.kill('SIGKILL');
      child.unref();
      resolve(null);
    }, START_PATIENCE_MS);
    child.once('message', () => resolve(child));
    child.once('error', () => resolve(null));
    child.once('exit', () => {
      this.#forget(child);
      resolve(null);
    });
    return promise.finally(() => clearTimeout(timer));
  }

  #free(child: ChildProcess): void {
    const next = this.#waiting.shift();
    if (next) next(child);
    else if (this.#idle.length < IDLE_MAX) this.#idle.push(child);
    else child.disconnect();
  }

  #forget(child: ChildProcess): void {
    const at = this.#idle.indexOf(child);
    if (at >= 0) this.#idle.splice(at, 1);
  }

  /** Null when there was none in time. */
  #answerOf(child: ChildProcess, question: ProbeQuestion): Promise<ProbeOutcome | null> {
    const { promise, resolve } = Promise.withResolvers<ProbeOutcome | null>();
    const timer = setTimeout(() => resolve(null), PROBE_DEADLINE_MS);
    const onMessage = (outcome: unknown) => {
      resolve(outcome as ProbeOutcome);
      this.#free(child);
    };
    const onExit = (code: number | null) => resolve(noAnswer(`the probe ended with status ${code}`));
    child.once('message', onMessage);
    child.once('exit', onExit);
    child.send(question, (error) => {
      if (error) resolve(noAnswer(error.message));
    });
    return promise.finally(() => {
      clearTimeout(timer);
      child.off('message', onMessage);
      child.off('exit', onExit);
    });
  }
}

function exitOf(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => child.once('exit', () => resolve()));
}
