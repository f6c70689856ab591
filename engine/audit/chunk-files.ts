import type { Entry } from '../backends/backend.ts';
import { CHUNK_DIRECTORIES, CHUNK_ROOT, chunkDirectoryName, digestOfBadName } from '../chunks/chunk-key.ts';
import type { ChunkCount } from '../chunks/chunk-tally.ts';
import { parseDigest } from '../chunks/digest.ts';
import type { Datastore } from '../datastore.ts';
import { below } from '../hierarchy/layout.ts';
import type { Findings } from './findings.ts';
import type { HierarchyOptions } from './hierarchy-audit.ts';
import type { KnownNames } from './known-names.ts';

/** A divisor of the number of directories. */
const PARALLEL = 32;

/** The chunk directories that are there. */
export async function chunkDirectories(names: KnownNames): Promise<Set<string>> {
  const entries = await names.of(CHUNK_ROOT, isChunkDirectory);
  return new Set(entries.map((entry) => entry.name));
}

/** Looks at every file in the chunk directories by name and size, and counts the chunks among them. */
export class ChunkFilesAudit {
  readonly #store: Datastore;
  readonly #names: KnownNames;
  readonly #findings: Findings;
  readonly #count: ChunkCount;

  constructor(store: Datastore, names: KnownNames, findings: Findings, count: ChunkCount) {
    this.#store = store;
    this.#names = names;
    this.#findings = findings;
    this.#count = count;
  }

  async walk(directories: ReadonlySet<string>, { signal, report }: HierarchyOptions): Promise<void> {
    for (let first = 0; first < CHUNK_DIRECTORIES; first += PARALLEL) {
      signal.throwIfAborted();
      const numbers = Array.from({ length: PARALLEL }, (_, offset) => first + offset);
      await Promise.all(numbers.map((number) => this.#directory(chunkDirectoryName(number), directories)));
      report({ phase: 'Chunk files', done: first, total: CHUNK_DIRECTORIES, unit: 'directories' });
    }
  }

  /** They are made once, at creation: a backup that needs a missing one fails. */
  async #directory(name: string, directories: ReadonlySet<string>): Promise<void> {
    const key = below(CHUNK_ROOT, name);
    if (!directories.has(name)) {
      this.#findings.add('chunk-directory-missing', key, 'A chunk directory is missing.');
      return;
    }
    const entries = await this.#names.of(
      key,
      (entry) => entry.kind === 'object' && belongs(entry.name, name),
    );
    for (const entry of entries) {
      const digest = parseDigest(entry.name);
      const stat = digest && (await this.#store.backend.stat(below(key, entry.name)));
      if (digest && stat) this.#count.saw(digest, stat.sizeBytes, stat.modifiedAt * 1000);
    }
  }
}

function isChunkDirectory({ name, kind }: Entry): boolean {
  return kind === 'directory' && /^[0-9a-f]{4}$/.test(name);
}

function belongs(name: string, directory: string): boolean {
  const isOurs = parseDigest(name) !== null || digestOfBadName(name) !== null;
  return isOurs && name.startsWith(directory);
}
