import { BackupError } from '#domain/errors.ts';
import { joinPath, quoted } from './byte-text.ts';
import type { PatternList } from './exclude.ts';
import {
  EXCLUDE_FILE,
  listSource,
  readExcludeFile,
  type SourceDirectory,
  type SourceEntry,
  selectEntries,
} from './source-directory.ts';
import type { SourceJournal } from './source-report.ts';
import { errorCode } from './system-errors.ts';

/**
 * What of each directory goes into the archive. Patterns of an exclude file hold until its directory is
 * left; names are counted while their directory is open, which bounds the memory of a backup.
 */
export class SourceListing {
  readonly #patterns: PatternList;
  readonly #journal: SourceJournal;
  readonly #entriesMax: number;
  #namesHeld = 0;

  constructor(patterns: PatternList, journal: SourceJournal, entriesMax: number) {
    this.#patterns = patterns;
    this.#journal = journal;
    this.#entriesMax = entriesMax;
  }

  /** Its entries in the order of the archive. Error: INPUT_TOO_LARGE; else throws what listing throws. */
  enter(directory: SourceDirectory): SourceEntry[] {
    const listed = listSource(directory, () => this.#countName(directory));
    if (listed.some((entry) => entry.name === EXCLUDE_FILE)) this.#readPatterns(directory);
    const { kept, excluded } = selectEntries(directory, listed, this.#patterns);
    this.#namesHeld -= excluded;
    this.#journal.totals.excluded += excluded;
    return kept;
  }

  /** What to give to `restore` when the directory that is entered next is left. */
  mark(): ListingMark {
    return { names: this.#namesHeld, patterns: this.#patterns.length };
  }

  restore({ names, patterns }: ListingMark): void {
    this.#namesHeld = names;
    this.#patterns.truncate(patterns);
  }

  #countName(directory: SourceDirectory): void {
    this.#namesHeld += 1;
    if (this.#namesHeld <= this.#entriesMax) return;
    throw new BackupError('INPUT_TOO_LARGE', `More than ${this.#entriesMax} names at once.`, {
      hint: 'Raise the limit of entries or exclude the largest directory.',
      detail: `listing ${quoted(directory.path)}`,
    });
  }

  #readPatterns(directory: SourceDirectory): void {
    const path = joinPath(directory.path, EXCLUDE_FILE);
    try {
      const file = readExcludeFile(directory);
      if (file === null) return;
      this.#patterns.push(...file.patterns);
      for (const problem of file.problems) this.#journal.warn(path, 'pattern', problem);
    } catch (error) {
      const detail = error instanceof BackupError ? error.message : (errorCode(error) ?? 'cannot be read');
      this.#journal.warn(path, 'pattern', detail);
    }
  }
}

export interface ListingMark {
  names: number;
  patterns: number;
}
