import type { Clock } from '#domain/clock.ts';
import type { LogLevel } from '#domain/task.ts';
import type { Database } from '#drizzle/client.ts';
import { appendLog, lastLogNumber, type NewLogLine } from '#drizzle/tasks.ts';

const FLUSH_MS = 300;
const FLUSH_LINES = 200;
/** While the database is away. */
const KEPT_LINES = 10_000;
const TEXT_MAX = 4000;

/** The log of one task: lines are numbered at once and written in batches. */
export class TaskLog {
  warnings = 0;
  readonly #db: Database;
  readonly #taskId: string;
  readonly #clock: Clock;
  #next: number;
  #pending: NewLogLine[] = [];
  #timer: NodeJS.Timeout | null = null;
  #writing: Promise<void> = Promise.resolve();

  private constructor(db: Database, taskId: string, clock: Clock, next: number) {
    this.#db = db;
    this.#taskId = taskId;
    this.#clock = clock;
    this.#next = next;
  }

  static async open(db: Database, taskId: string, clock: Clock): Promise<TaskLog> {
    return new TaskLog(db, taskId, clock, (await lastLogNumber(db, taskId)) + 1);
  }

  add = (level: LogLevel, text: string): void => {
    if (level === 'warning') this.warnings += 1;
    this.#pending.push({
      number: this.#next,
      at: new Date(this.#clock.now()),
      level,
      text: text.slice(0, TEXT_MAX),
    });
    this.#next += 1;
    if (this.#pending.length % FLUSH_LINES === 0) void this.flush();
    else this.#timer ??= setTimeout(() => void this.flush(), FLUSH_MS);
  };

  /** Writes what is pending. What a database that is away does not take is written with the next lines. */
  flush(): Promise<void> {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    const lines = this.#pending;
    this.#pending = [];
    this.#writing = this.#writing
      .then(() => appendLog(this.#db, this.#taskId, lines))
      .catch(() => this.#keep(lines));
    return this.#writing;
  }

  /** The last ones above all: a log ends with the result of its task. */
  #keep(lines: NewLogLine[]): void {
    this.#pending = [...lines, ...this.#pending].slice(-KEPT_LINES);
  }
}
