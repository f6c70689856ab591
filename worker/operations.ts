import { BackupError } from '#domain/errors.ts';

/** Work that is under way on one datastore, so that it can be counted, waited for and stopped. */
export class Operations {
  readonly #running = new Set<Operation>();

  get count(): number {
    return this.#running.size;
  }

  list(): string[] {
    return [...this.#running].map((operation) => operation.title);
  }

  /** Registers work. Its signal aborts when the datastore goes away or the work is cancelled. */
  begin(title: string): Operation {
    const controller = new AbortController();
    const operation: Operation = {
      title,
      signal: controller.signal,
      abort: (reason) => controller.abort(reason),
      end: () => {
        this.#running.delete(operation);
      },
      [Symbol.dispose]: () => operation.end(),
    };
    this.#running.add(operation);
    return operation;
  }

  /** Stops everything, for a reason that becomes the outcome of each. */
  abortAll(reason: BackupError): void {
    for (const operation of this.#running) operation.abort(reason);
  }

  /** Resolves once nothing runs any more; rejects when `signal` aborts first. */
  async idle(signal: AbortSignal): Promise<void> {
    while (this.#running.size > 0) {
      signal.throwIfAborted();
      await new Promise((resolve) => setTimeout(resolve, IDLE_POLL_MS));
    }
  }
}

const IDLE_POLL_MS = 200;

export interface Operation extends Disposable {
  readonly title: string;
  readonly signal: AbortSignal;
  abort(reason: BackupError): void;
  end(): void;
}

export function stoppedBecause(reason: string): BackupError {
  return new BackupError('DATASTORE_OFFLINE', reason);
}
