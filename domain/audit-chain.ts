/**
 * The chain of the audit log (docs/decisions/0029-audit-chain.md): each row carries the hash of its content together with
 * the hash of the row before it. Pure, so that the server and whoever holds an export check alike.
 */

/** What a row says, as its hash covers it. */
export interface AuditContent {
  id: number;
  /** ISO 8601, to the millisecond. */
  at: string;
  principal: string;
  source: string;
  action: string;
  subject: string;
  outcome: string;
  code: string | null;
  detail: unknown;
  before: unknown;
  after: unknown;
}

/** A row that was taken into the chain. */
export interface ChainedRow extends AuditContent {
  /** 1, 2, 3, … without a gap. */
  position: number;
  previousHash: string;
  hash: string;
}

/** A row of the chain by its place and hash: what is noted elsewhere to hold the chain against it later. */
export interface ChainPoint {
  position: number;
  hash: string;
}

/** What the first row follows on. */
export const CHAIN_START: ChainPoint = { position: 0, hash: '0'.repeat(64) };

/**
 * The text that is hashed: JSON without spaces, keys sorted, and without what is null, so that a column that comes later
 * changes no hash of today.
 */
export function canonicalText(content: AuditContent, previousHash: string): string {
  const { id, at, principal, source, action, subject, outcome, code, detail, before, after } = content;
  const all = { id, at, principal, source, action, subject, outcome, code, detail, before, after };
  const present = Object.entries({ ...all, previousHash }).filter(([, value]) => (value ?? null) !== null);
  return canonicalJson(Object.fromEntries(present));
}

function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value ?? null);
  const fields = value as Record<string, unknown>;
  const members = Object.keys(fields).sort();
  return `{${members.map((name) => `${JSON.stringify(name)}:${canonicalJson(fields[name])}`).join(',')}}`;
}

/** The first place where the chain does not hold, and what must have happened there. */
export interface ChainBreak {
  kind: 'changed' | 'removed' | 'inserted';
  /** Of the row that is meant, or of the first one that is gone. */
  position: number;
  words: string;
}

/**
 * Walks the rows in the order of their positions, without keeping them. A row that does not fit is judged when the next
 * one is known: if that follows on what was before, the row in between does not belong there.
 */
export class ChainWalk {
  readonly #hashOf: (text: string) => string;
  /** The last two places that hold. */
  #before: ChainPoint;
  #last: ChainPoint;
  #lastRow: ChainedRow | null = null;
  /** A row whose own content does not match its hash. */
  #suspect: ChainedRow | null = null;
  broken: ChainBreak | null = null;

  /** `start`: what the first row follows on. `hashOf`: SHA-256 of UTF-8, in hexadecimal digits. */
  constructor(start: ChainPoint, hashOf: (text: string) => string) {
    this.#hashOf = hashOf;
    this.#before = start;
    this.#last = start;
  }

  /** The last row that holds. */
  get last(): ChainPoint {
    return this.#last;
  }

  add(row: ChainedRow): void {
    if (this.broken) return;
    if (this.#suspect) this.broken = this.#judge(this.#suspect, row);
    else if (row.position !== this.#last.position + 1) this.broken = this.#misplaced(row);
    else if (this.#hashOf(canonicalText(row, row.previousHash)) !== row.hash) this.#suspect = row;
    else if (row.previousHash !== this.#last.hash) this.broken = this.#unconnected(row);
    else {
      this.#before = this.#last;
      this.#last = { position: row.position, hash: row.hash };
      this.#lastRow = row;
    }
  }

  /** After the last row. `head`: where the chain ended when it was last added to. */
  end(head: ChainPoint): ChainBreak | null {
    if (this.broken) return this.broken;
    if (this.#suspect) this.broken = this.#judge(this.#suspect, null);
    else if (this.#last.position < head.position) {
      this.broken = removed(this.#last.position + 1, head.position, 'at the end of the chain');
    } else if (this.#last.position > head.position) {
      this.broken = inserted(this.#lastRow, this.#last.position);
    } else if (this.#last.hash !== head.hash) {
      this.broken = rewritten(this.#lastRow, this.#last.position);
    }
    return this.broken;
  }

  #judge(row: ChainedRow, next: ChainedRow | null): ChainBreak {
    if (next?.previousHash === this.#last.hash) return inserted(row, row.position);
    return {
      kind: 'changed',
      position: row.position,
      words: `${nameOf(row, row.position)} was changed: its content does not match its hash.`,
    };
  }

  #misplaced(row: ChainedRow): ChainBreak {
    if (row.position > this.#last.position) {
      return removed(this.#last.position + 1, row.position - 1, `before ${nameOf(row, row.position)}`);
    }
    return inserted(row, row.position);
  }

  /** The row is whole, and does not follow on the one before it. */
  #unconnected(row: ChainedRow): ChainBreak {
    if (this.#lastRow && row.previousHash === this.#before.hash) {
      return inserted(this.#lastRow, this.#last.position);
    }
    if (this.#lastRow) return rewritten(this.#lastRow, this.#last.position);
    return {
      kind: 'removed',
      position: row.position,
      words: `What stood before ${nameOf(row, row.position)} was removed or rewritten.`,
    };
  }
}

function removed(first: number, last: number, where: string): ChainBreak {
  const rows = first === last ? `Row ${first} was` : `Rows ${first} to ${last} were`;
  return { kind: 'removed', position: first, words: `${rows} removed ${where}.` };
}

function inserted(row: ChainedRow | null, position: number): ChainBreak {
  return {
    kind: 'inserted',
    position,
    words: `${nameOf(row, position)} was inserted: the chain does not know it.`,
  };
}

function rewritten(row: ChainedRow | null, position: number): ChainBreak {
  return {
    kind: 'changed',
    position,
    words:
      `${nameOf(row, position)} was changed and given a new hash, or rows behind it were removed and the rest numbered ` +
      'anew: the next one follows on another hash.',
  };
}

function nameOf(row: ChainedRow | null, position: number): string {
  if (row === null) return `Row ${position}`;
  return `Row ${position} (${row.at}, ${row.action} of ${row.subject} by ${row.principal})`;
}

/** `1234:HASH` or the hash alone, as it was noted. Null when it is neither. */
export function parseAnchor(text: string): { position: number | null; hash: string } | null {
  const [, position, hash] = /^(?:(\d{1,15}):)?([0-9a-f]{64})$/.exec(text.trim().toLowerCase()) ?? [];
  return hash === undefined ? null : { position: position === undefined ? null : Number(position), hash };
}

export function formatAnchor({ position, hash }: ChainPoint): string {
  return `${position}:${hash}`;
}
