import type { FindingCode } from '#domain/audit.ts';
import { isBackupError } from '#domain/errors.ts';
import type { Entry, ObjectBackend } from '../backends/backend.ts';
import { isTemporaryName } from '../backends/local/temporary-name.ts';
import type { Datastore } from '../datastore.ts';
import { below } from '../hierarchy/layout.ts';
import { listOrNothing } from '../hierarchy/namespaces.ts';
import { isIndexName } from '../indexes/open-index.ts';
import type { Findings } from './findings.ts';

/** Older than any backup runs: nobody writes it any more. */
const PASSING_MAX_SECONDS = 48 * 3600;
/** Names below one unknown directory that are looked at. */
const BELOW_MAX = 100_000;

/** What filesystems keep for themselves and for their snapshots: no business of a datastore. */
const FOREIGN = /^(\.nfs.*|lost\+found|\.zfs|\.snapshot.*|\.glusterfs)$/;
/** A probe makes it and removes it at once. */
const PROBE = /^\.ibs-(probe|access-time)-\d+$/;

export type IsKnown = (entry: Entry) => boolean;

/** How a name that the format does not know is reported, where that differs by place. */
export interface UnknownAs {
  directory?: FindingCode;
  /** Of a file with the name of an index. */
  index?: FindingCode;
  file?: FindingCode;
}

const WORDS: Partial<Record<FindingCode, string>> = {
  'unknown-name': 'The format does not know this name here.',
  'snapshot-name': 'A directory whose name is no time: nothing lists it as a snapshot.',
  'file-unnamed': 'The manifest does not name this file: no restore can reach it.',
  'index-outside': 'An index outside of every snapshot: a garbage collection would have to keep its chunks.',
};

/** Holds the names of every directory against those that the format knows there. */
export class KnownNames {
  readonly #store: Datastore;
  readonly #findings: Findings;

  constructor(store: Datastore, findings: Findings) {
    this.#store = store;
    this.#findings = findings;
  }

  /** The entries of a directory that are known there, by name; every other is reported unless it is harmless. */
  async of(directory: string, isKnown: IsKnown, unknownAs: UnknownAs = {}): Promise<Entry[]> {
    const entries = await entriesOf(this.#store.backend, directory);
    const known: Entry[] = [];
    for (const entry of entries.sort(byName)) {
      if (FOREIGN.test(entry.name)) continue;
      if (isKnown(entry)) known.push(entry);
      else if (isPassing(directory, entry)) await this.#reportOld(below(directory, entry.name));
      else await this.#reportUnknown(directory, entry, unknownAs);
    }
    return known;
  }

  async #reportOld(where: string): Promise<void> {
    const { backend, clock } = this.#store;
    const stat = await backend.stat(where);
    if (stat === undefined || clock.now() / 1000 - stat.modifiedAt <= PASSING_MAX_SECONDS) return;
    this.#findings.add('temporary-left', where, 'A temporary file that was never removed.');
  }

  async #reportUnknown(directory: string, entry: Entry, unknownAs: UnknownAs): Promise<void> {
    const where = below(directory, entry.name);
    if (entry.kind !== 'directory') return this.#add(codeOf(entry, unknownAs), where);
    this.#add(unknownAs.directory ?? 'unknown-name', where);
    await this.#reportIndexesBelow(where);
  }

  #add(code: FindingCode, where: string): void {
    this.#findings.add(code, where, WORDS[code] ?? '');
  }

  async #reportIndexesBelow(top: string): Promise<void> {
    const open = [top];
    let looked = 0;
    for (let directory = open.pop(); directory !== undefined; directory = open.pop()) {
      for (const { name, kind } of await this.#readable(directory)) {
        looked += 1;
        if (FOREIGN.test(name)) continue;
        if (kind === 'directory') open.push(below(directory, name));
        else if (isIndexName(name)) this.#add('index-outside', below(directory, name));
      }
      if (looked > BELOW_MAX) return this.#giveUp(top, 'Too many names are in it to look at all of them.');
    }
  }

  /** What belongs to somebody else may also be closed to us. */
  async #readable(directory: string): Promise<Entry[]> {
    try {
      return await entriesOf(this.#store.backend, directory);
    } catch (error) {
      if (!isBackupError(error, 'STORAGE_DENIED')) throw error;
      this.#giveUp(directory, 'It cannot be looked into.');
      return [];
    }
  }

  #giveUp(where: string, what: string): void {
    this.#findings.add('unknown-name', where, what);
  }
}

/** Of a directory that may have gone meanwhile; the root may not. */
function entriesOf(backend: ObjectBackend, directory: string): Promise<Entry[]> {
  return directory === '' ? backend.list('') : listOrNothing(backend, directory);
}

function byName(a: Entry, b: Entry): number {
  return a.name < b.name ? -1 : 1;
}

/** A name that comes and goes by itself. */
function isPassing(directory: string, { name, kind }: Entry): boolean {
  return kind === 'object' && (isTemporaryName(name) || (directory === '' && PROBE.test(name)));
}

function codeOf({ name, kind }: Entry, unknownAs: UnknownAs): FindingCode {
  if (kind === 'object' && isIndexName(name)) return unknownAs.index ?? 'index-outside';
  return unknownAs.file ?? 'unknown-name';
}
