import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** One temporary directory for everything, and what has to be ended before it can go. */
export class Workspace {
  readonly root: string;
  readonly #endings: (() => Promise<void> | void)[] = [];
  #cleaned: Promise<void> | null = null;

  /** `stopping`: called when a signal ends everything early, before the cleaning. */
  constructor(stopping: () => void) {
    this.root = fs.mkdtempSync(join(tmpdir(), 'ibs-bench-'));
    fs.chmodSync(this.root, 0o711); // PostgreSQL passes as another user when we are root
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.on(signal, () => {
        if (this.isEnding) return;
        const cleaned = this.clean();
        stopping();
        process.stderr.write('Cleaning up …\n');
        void cleaned.finally(() => process.exit(130));
      });
    }
  }

  /** Path of a directory that exists. */
  directory(...names: string[]): string {
    const path = join(this.root, ...names);
    fs.mkdirSync(path, { recursive: true });
    return path;
  }

  path(...names: string[]): string {
    return join(this.root, ...names);
  }

  remove(...names: string[]): void {
    fs.rmSync(join(this.root, ...names), { recursive: true, force: true });
  }

  /** Done before the directory is removed, last one first. */
  atEnd(ending: () => Promise<void> | void): void {
    this.#endings.push(ending);
  }

  get isEnding(): boolean {
    return this.#cleaned !== null;
  }

  clean(): Promise<void> {
    this.#cleaned ??= this.#clean();
    return this.#cleaned;
  }

  async #clean(): Promise<void> {
    await Promise.resolve(); // whoever asked for it goes first
    for (const ending of this.#endings.reverse()) await ending();
    fs.rmSync(this.root, { recursive: true, force: true, maxRetries: 3 });
  }
}
