import type { ErrorCode } from '#domain/errors.ts';
import { type AuditEntry, recordAudit } from './audit.ts';
import type { Database } from './client.ts';
import { splitCredential } from './tokens.ts';

/**
 * Refused attempts in the audit log. The first of its kind is written at once. The same again within a minute is counted
 * and written as one row when the minute is over, and what one address tries beyond a bound counts as one kind: whoever
 * knocks without end does not fill the disk.
 */

const WINDOW_MS = 60_000;
const KINDS_PER_SOURCE = 300;
const KINDS_MAX = 5000;

export type Refusal = Omit<AuditEntry, 'outcome' | 'before' | 'after'> & { code: ErrorCode };

interface Counted {
  refusal: Refusal;
  /** When it was last written. */
  since: number;
  repeats: number;
}

export class RefusalLog {
  readonly #db: Database;
  readonly #now: () => number;
  readonly #onError: (error: unknown) => void;
  readonly #counted = new Map<string, Counted>();
  readonly #kinds = new Map<string, number>();
  #timer: NodeJS.Timeout | null = null;

  /** `now` in ms since 1970. `onError`: a row could not be written; the attempt is refused all the same. */
  constructor(db: Database, now: () => number, onError: (error: unknown) => void) {
    this.#db = db;
    this.#now = now;
    this.#onError = onError;
  }

  async note(refusal: Refusal): Promise<void> {
    await this.flush();
    const counted = this.#bounded(refusal);
    const key = keyOf(counted);
    const known = this.#counted.get(key);
    if (known) known.repeats += 1;
    else {
      this.#kinds.set(counted.source, (this.#kinds.get(counted.source) ?? 0) + 1);
      this.#counted.set(key, { refusal: counted, since: this.#now(), repeats: 0 });
      await this.#write(counted);
    }
    this.#timer ??= setTimeout(() => void this.#onTime(), WINDOW_MS).unref();
  }

  /** Writes what was counted and whose minute is over. */
  async flush(): Promise<void> {
    const over = [...this.#counted].filter(([, { since }]) => this.#now() - since >= WINDOW_MS);
    for (const [key, { refusal }] of over) {
      this.#counted.delete(key);
      const left = (this.#kinds.get(refusal.source) ?? 1) - 1;
      if (left > 0) this.#kinds.set(refusal.source, left);
      else this.#kinds.delete(refusal.source);
    }
    for (const [, { refusal, repeats }] of over) {
      if (repeats > 0) await this.#write({ ...refusal, detail: { ...refusal.detail, times: repeats } });
    }
  }

  async #onTime(): Promise<void> {
    this.#timer = null;
    await this.flush();
    if (this.#counted.size > 0) this.#timer ??= setTimeout(() => void this.#onTime(), WINDOW_MS).unref();
  }

  #bounded(refusal: Refusal): Refusal {
    const { source } = refusal;
    const isMore = (this.#kinds.get(source) ?? 0) >= KINDS_PER_SOURCE || this.#counted.size >= KINDS_MAX;
    if (!isMore || this.#counted.has(keyOf(refusal))) return refusal;
    const subject = 'further refused attempts';
    return { principal: 'unknown', source, action: 'audit.more', subject, code: 'AUTH_THROTTLED' };
  }

  async #write(refusal: Refusal): Promise<void> {
    await recordAudit(this.#db, { ...refusal, outcome: 'refused' }).catch(this.#onError);
  }
}

/** Somebody came with a token that is not, or not any more, a valid one. Its name is claimed, not proven. */
export function wrongToken(credential: string, source: string): Refusal {
  const claimed = splitCredential(credential)?.id ?? 'unknown';
  return { principal: claimed, source, action: 'token.use', subject: claimed, code: 'AUTH_FAILED' };
}

function keyOf({ principal, source, action, subject, code }: Refusal): string {
  return JSON.stringify([principal, source, action, subject, code]);
}
