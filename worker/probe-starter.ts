import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import { BackupError } from '#domain/errors.ts';
import type { PlaceContent } from '#domain/place-report.ts';
import { sentence } from '#domain/sentence.ts';
import type { PlaceInspection, PlaceLook } from '#engine/probe/inspect-place.ts';
import type { ProbeResult, ProbeTarget } from '#engine/probe/probe-place.ts';
import {
  brokenProbe,
  type NumberedOutcome,
  type NumberedQuestion,
  noAnswer,
  type ProbeOutcome,
  type ProbeQuestion,
} from './probe-messages.ts';

/**
 * Probes, and looks at places that are no datastore yet, run in processes of their own: a call on a dead mount never returns, and a process can be killed or at least be
 * left behind, while a thread would take ours with it.
 *
 * Nor may this process start them. A new process first closes the files that it has inherited, which on a dead FUSE
 * mount never ends, and until then everything here would stand still. So they are started by one that was made before
 * any datastore was opened.
 */
export class ProbeStarter {
  readonly #waiting = new Map<number, (outcome: ProbeOutcome) => void>();
  #process: ChildProcess | null = null;
  #asked = 0;

  start(): void {
    const starter = fork(join(import.meta.dirname, 'probe-starter-process.ts'), [], {
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    starter.unref();
    starter.channel?.unref();
    starter.on('message', (message) => {
      const { id, outcome } = message as NumberedOutcome;
      this.#answer(id, outcome);
    });
    starter.once('error', () => this.#lost(starter));
    starter.once('exit', () => this.#lost(starter));
    this.#process = starter;
  }

  /** Never fails: what goes wrong is a probe that went wrong. */
  async probe(target: ProbeTarget, nowMs: number): Promise<ProbeResult> {
    const outcome = await this.#ask({ ask: 'probe', target, nowMs });
    return 'failure' in outcome ? brokenProbe(outcome.failure.message) : (outcome.value as ProbeResult);
  }

  /** STORAGE_UNREACHABLE when the place does not answer in time. */
  async inspect(look: PlaceLook): Promise<PlaceInspection> {
    return unwrap(await this.#ask({ ask: 'inspect', look })) as PlaceInspection;
  }

  /** What a datastore that is there holds, as far as it can be counted in `patienceMs`; fails as `inspect` does. */
  async content(path: string, patienceMs: number): Promise<PlaceContent> {
    return unwrap(await this.#ask({ ask: 'content', path, patienceMs })) as PlaceContent;
  }

  #ask(question: ProbeQuestion): Promise<ProbeOutcome> {
    if (this.#process === null) this.start();
    this.#asked += 1;
    const numbered: NumberedQuestion = { id: this.#asked, question };
    return new Promise((resolve) => {
      this.#waiting.set(numbered.id, resolve);
      this.#process?.send(numbered, (error) => {
        if (error) this.#answer(numbered.id, noAnswer(error.message));
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
    for (const id of [...this.#waiting.keys()]) this.#answer(id, noAnswer('the probe could not be run'));
  }

  #answer(id: number, outcome: ProbeOutcome): void {
    this.#waiting.get(id)?.(outcome);
    this.#waiting.delete(id);
  }
}

function unwrap(outcome: ProbeOutcome): unknown {
  if (!('failure' in outcome)) return outcome.value;
  const { code, message, hint } = outcome.failure;
  throw new BackupError(code, sentence(message), { hint });
}
