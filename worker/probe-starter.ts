import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import type { ProbeResult, ProbeTarget } from '#engine/probe/probe-place.ts';
import { brokenProbe, type ProbeAnswer, type ProbeQuestion } from './probe-messages.ts';

/**
 * Probes run in processes of their own: a call on a dead mount never returns, and a process can be killed or at least be
 * left behind, while a thread would take ours with it.
 *
 * Nor may this process start them. A new process first closes the files that it has inherited, which on a dead FUSE
 * mount never ends, and until then everything here would stand still. So they are started by one that was made before
 * any datastore was opened.
 */
export class ProbeStarter {
  readonly #waiting = new Map<number, (result: ProbeResult) => void>();
  #process: ChildProcess | null = null;
  #asked = 0;

  start(): void {
    const starter = fork(join(import.meta.dirname, 'probe-starter-process.ts'), [], {
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    starter.unref();
    starter.channel?.unref();
    starter.on('message', (message) => {
      const { id, result } = message as ProbeAnswer;
      this.#answer(id, result);
    });
    starter.once('error', () => this.#lost(starter));
    starter.once('exit', () => this.#lost(starter));
    this.#process = starter;
  }

  /** Never fails: what goes wrong is a probe that went wrong. */
  probe(target: ProbeTarget, nowMs: number): Promise<ProbeResult> {
    if (this.#process === null) this.start();
    this.#asked += 1;
    const question: ProbeQuestion = { id: this.#asked, target, nowMs };
    return new Promise((resolve) => {
      this.#waiting.set(question.id, resolve);
      this.#process?.send(question, (error) => {
        if (error) this.#answer(question.id, brokenProbe(error.message));
      });
    });
  }

  stop(): void {
    const starter = this.#process;
    this.#process = null;
    if (starter?.connected) starter.disconnect();
  }

  /** The next probe starts another one. */
  #lost(starter: ChildProcess): void {
    if (this.#process === starter) this.#process = null;
    for (const id of [...this.#waiting.keys()]) this.#answer(id, brokenProbe('the probe could not be run'));
  }

  #answer(id: number, result: ProbeResult): void {
    this.#waiting.get(id)?.(result);
    this.#waiting.delete(id);
  }
}
