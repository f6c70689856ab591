import { createInterface } from 'node:readline';
import { type Readable, Writable } from 'node:stream';
import { BackupError } from '#domain/errors.ts';

/** The three streams of the process, and what can be done with them. */

export interface Streams {
  stdin: Readable & { isTTY?: boolean; setRawMode?: (on: boolean) => unknown };
  stdout: Writable & { isTTY?: boolean; columns?: number };
  stderr: Writable & { isTTY?: boolean; columns?: number };
}

const STDIN_MAX = 1024 * 1024;
const NARROWEST = 40;

export class Terminal {
  readonly #streams: Streams;

  constructor(streams: Streams) {
    this.#streams = streams;
  }

  /** Results. */
  out(text: string): void {
    this.#streams.stdout.write(text);
  }

  /** Results as bytes, for data that goes to a file or a program. */
  get output(): Writable {
    return this.#streams.stdout;
  }

  /** Everything else: progress, hints, errors, questions. */
  err(text: string): void {
    this.#streams.stderr.write(text);
  }

  get outIsTerminal(): boolean {
    return this.#streams.stdout.isTTY === true;
  }

  get errIsTerminal(): boolean {
    return this.#streams.stderr.isTTY === true;
  }

  /** Columns for results; null when they do not go to a terminal. */
  get outWidth(): number | null {
    return this.outIsTerminal ? Math.max(this.#streams.stdout.columns || 80, NARROWEST) : null;
  }

  get errWidth(): number {
    return Math.max(this.#streams.stderr.columns || 80, NARROWEST);
  }

  /** Somebody is there to answer. */
  get canAsk(): boolean {
    return this.#streams.stdin.isTTY === true && this.errIsTerminal;
  }

  /** One line from the person at the terminal. */
  ask(question: string): Promise<string> {
    return this.#readLine(question, this.#streams.stderr);
  }

  /** The same without showing what is typed. */
  async askSecret(question: string): Promise<string> {
    this.err(question);
    const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
    const answer = await this.#readLine('', nowhere);
    this.err('\n');
    return answer;
  }

  #readLine(question: string, output: Writable): Promise<string> {
    const reader = createInterface({ input: this.#streams.stdin, output, terminal: this.canAsk });
    return new Promise((resolve, reject) => {
      let answered = false;
      const stopped = () => {
        if (answered) return;
        this.err('\n');
        reject(new BackupError('CANCELLED', 'Stopped; nothing was changed.'));
      };
      reader.once('SIGINT', () => reader.close());
      reader.once('close', stopped);
      reader.question(question, (answer) => {
        answered = true;
        reader.close();
        resolve(answer);
      });
    });
  }

  /** All of standard input, for secrets and notes that are piped in. */
  async readAll(): Promise<string> {
    const parts: Buffer[] = [];
    let size = 0;
    for await (const part of this.#streams.stdin) {
      const bytes = Buffer.from(part);
      size += bytes.length;
      if (size > STDIN_MAX) throw new BackupError('INPUT_TOO_LARGE', 'Standard input has more than 1 MiB.');
      parts.push(bytes);
    }
    return Buffer.concat(parts).toString('utf8');
  }
}
