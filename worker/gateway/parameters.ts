import { BackupError } from '#domain/errors.ts';
import {
  type ArchiveFileName,
  type BackupId,
  type BackupType,
  parseArchiveFileName,
  parseBackupId,
  parseBackupType,
  parseDatastoreName,
  parseNamespaceComponent,
  parseNamespacePath,
  type SnapshotRef,
} from '#domain/ids.ts';
import type { Result } from '#domain/result.ts';
import { type Digest, parseDigest } from '#engine/chunks/digest.ts';

/** Path and query of a request over HTTP/1.1. */
export const TARGET_MAX = 3072;
export const TARGET_TOO_LONG = 'the path is too long';

/** Path and query of a request target; a second `?` belongs to the query. */
export function splitTarget(target: string): { path: string; query: string } {
  const mark = target.indexOf('?');
  return mark < 0
    ? { path: target, query: '' }
    : { path: target.slice(0, mark), query: target.slice(mark + 1) };
}

/** Parameters of a request by name: from the query, a form or a JSON body. Arrays are repeated names. */
export class Parameters {
  readonly #values: Map<string, unknown[]>;

  constructor(values: Map<string, unknown[]>) {
    this.#values = values;
  }

  static fromQuery(query: string): Parameters {
    const values = new Map<string, unknown[]>();
    for (const [name, value] of new URLSearchParams(query)) {
      const before = values.get(name);
      if (before) before.push(value);
      else values.set(name, [value]);
    }
    return new Parameters(values);
  }

  static fromJson(body: unknown): Parameters {
    if (typeof body !== 'object' || body === null || Array.isArray(body))
      throw refused('body', 'not an object');
    const entries = Object.entries(body).filter(([, value]) => value !== null);
    return new Parameters(
      new Map(entries.map(([name, value]) => [name, Array.isArray(value) ? value : [value]])),
    );
  }

  /** Names that are not in the list are refused, except a cache breaker that browsers add. */
  only(...names: string[]): this {
    for (const name of this.#values.keys()) {
      if (name !== '_dc' && !names.includes(name)) {
        throw refused(name, 'schema does not allow additional properties');
      }
    }
    return this;
  }

  text(name: string): string {
    const value = this.optionalText(name);
    if (value === undefined) throw refused(name, 'parameter is missing and it is not optional.');
    return value;
  }

  optionalText(name: string): string | undefined {
    const value = this.#values.get(name)?.at(-1);
    return value === undefined ? undefined : textOf(name, value);
  }

  integer(name: string, min: number, max = Number.MAX_SAFE_INTEGER): number {
    return checkInteger(name, this.text(name), min, max);
  }

  optionalInteger(name: string, min: number, max = Number.MAX_SAFE_INTEGER): number | undefined {
    const text = this.optionalText(name);
    return text === undefined ? undefined : checkInteger(name, text, min, max);
  }

  boolean(name: string, otherwise = false): boolean {
    const text = this.optionalText(name)?.toLowerCase();
    if (text === undefined) return otherwise;
    if (['1', 'true', 'on', 'yes'].includes(text)) return true;
    if (['0', 'false', 'off', 'no'].includes(text)) return false;
    throw refused(name, 'expected a boolean');
  }

  texts(name: string): string[] {
    const values = this.#values.get(name);
    if (!values) throw refused(name, 'parameter is missing and it is not optional.');
    return values.map((value) => textOf(name, value));
  }

  digests(name: string): Digest[] {
    return this.texts(name).map((text) => digestOf(name, text));
  }

  integers(name: string, min: number): number[] {
    return this.texts(name).map((text) => checkInteger(name, text, min, Number.MAX_SAFE_INTEGER));
  }

  digest(name: string): Digest {
    return digestOf(name, this.text(name));
  }

  fileName(name: string): ArchiveFileName {
    return accept(name, parseArchiveFileName(this.text(name)));
  }

  datastore(name = 'store') {
    return accept(name, parseDatastoreName(this.text(name)));
  }

  /** An empty text means the root namespace. */
  namespace(name = 'ns') {
    return accept(name, parseNamespacePath(this.optionalText(name) ?? ''));
  }

  optionalBackupType(): BackupType | undefined {
    const text = this.optionalText('backup-type');
    return text === undefined ? undefined : accept('backup-type', parseBackupType(text));
  }

  optionalBackupId(): BackupId | undefined {
    const text = this.optionalText('backup-id');
    return text === undefined ? undefined : accept('backup-id', parseBackupId(text));
  }

  namespaceComponent(name: string): string {
    return accept(name, parseNamespaceComponent(this.text(name)));
  }

  group(): Omit<SnapshotRef, 'time'> {
    return {
      namespace: this.namespace(),
      type: accept('backup-type', parseBackupType(this.text('backup-type'))),
      id: accept('backup-id', parseBackupId(this.text('backup-id'))),
    };
  }

  snapshot(): SnapshotRef {
    return { ...this.group(), time: this.integer('backup-time', 1, MAX_TIME) };
  }
}

/** End of the year 9999, the last that the time format can write. */
const MAX_TIME = 253_402_300_799;

/** Lists and objects have no text form: what they would turn into was never meant. */
function textOf(name: string, value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  throw refused(name, 'unexpected type');
}

function digestOf(name: string, text: string): Digest {
  const digest = parseDigest(text);
  if (digest === null) throw refused(name, 'expected 64 lowercase hex digits');
  return digest;
}

function checkInteger(name: string, text: string, min: number, max: number): number {
  const value = Number(text);
  if (/^-?\d+$/.test(text) && Number.isSafeInteger(value) && value >= min && value <= max) return value;
  throw refused(name, `value must be an integer between ${min} and ${max}`);
}

/** The value, or a refusal that names the parameter. */
export function accept<T>(name: string, parsed: Result<T>): T {
  if (parsed.ok) return parsed.value;
  throw refused(name, parsed.problem.message);
}

function refused(name: string, why: string): BackupError {
  return new BackupError('INPUT_INVALID', `parameter verification failed - '${name}': ${why}`, {
    field: name,
  });
}
