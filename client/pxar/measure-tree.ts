import { must } from '#domain/result.ts';
import { closeFd, type FileStatus, O_DIRECTORY, statusAt } from '#engine/posix.ts';
import { type ByteText, EMPTY, joinPath } from './byte-text.ts';
import { PatternList, parsePattern } from './exclude.ts';
import { DEPTH_MAX, PATH_SIZE_MAX } from './limits.ts';
import { TYPE } from './metadata.ts';
import { openSource, type SourceDirectory, type SourceEntry } from './source-directory.ts';
import { openDirectory, SourceFilesystems } from './source-filesystems.ts';
import { SourceListing } from './source-listing.ts';
import { DEFAULT_ENCODE_OPTIONS, type EncodeOptions, SourceJournal } from './source-report.ts';

export interface MeasureJob {
  root: string;
  options: Partial<EncodeOptions>;
  /** Asked for every entry. */
  stopped: () => boolean;
}

/** Name, metadata, headers and the place in the table of its directory; attributes and ACLs come on top. */
const ENTRY_BYTES = 130;

/**
 * About how long the archive of a directory will be, from names and sizes alone: no content is read. Null when it was
 * stopped before. What cannot be opened counts nothing, as it does in the archive. Blocks the thread.
 */
export function measureTree(job: MeasureJob): number | null {
  return new TreeMeasure(job).run(job.root);
}

class Interrupted extends Error {}

class TreeMeasure {
  readonly #filesystems: SourceFilesystems;
  readonly #listing: SourceListing;
  /** Files with several names, which hold their content once. */
  readonly #counted = new Set<string>();
  readonly #stopped: () => boolean;
  #bytes = 0;

  constructor({ options, stopped }: MeasureJob) {
    const all = { ...DEFAULT_ENCODE_OPTIONS, ...options };
    const lostAndFound = all.excludeLostAndFound ? ['lost+found'] : [];
    const patterns = [...all.patterns, ...lostAndFound].map((text) => must(parsePattern(text)));
    this.#filesystems = new SourceFilesystems(all);
    this.#listing = new SourceListing(new PatternList(patterns), new SourceJournal(), all.entriesMax);
    this.#stopped = stopped;
  }

  run(root: string): number | null {
    const fd = openDirectory(root);
    try {
      const { device } = statusAt(fd, EMPTY);
      this.#filesystems.admitRoot(fd, device);
      this.#directory({ fd, path: EMPTY, device, depth: 0 });
      return this.#bytes;
    } catch (error) {
      if (error instanceof Interrupted) return null;
      throw error;
    } finally {
      closeFd(fd);
    }
  }

  #directory(directory: SourceDirectory): void {
    const mark = this.#listing.mark();
    try {
      for (const entry of this.#listing.enter(directory)) this.#entry(directory, entry);
    } finally {
      this.#listing.restore(mark);
    }
  }

  #entry(directory: SourceDirectory, { name, type }: SourceEntry): void {
    if (this.#stopped()) throw new Interrupted();
    try {
      if (type === TYPE.directory) this.#subdirectory(directory, name);
      else if (type === TYPE.file) this.#file(statusAt(directory.fd, name));
      this.#bytes += ENTRY_BYTES + name.length;
    } catch (error) {
      if (error instanceof Interrupted) throw error; // whatever else is wrong with it, the backup will report
    }
  }

  #file({ links, device, inode, size }: FileStatus): void {
    if (links > 1) {
      const key = `${device}:${inode}`;
      if (this.#counted.has(key)) return;
      this.#counted.add(key);
    }
    this.#bytes += size;
  }

  #subdirectory(parent: SourceDirectory, name: ByteText): void {
    const path = joinPath(parent.path, name);
    if (parent.depth >= DEPTH_MAX || path.length > PATH_SIZE_MAX) return;
    const fd = openSource(parent.fd, name, O_DIRECTORY);
    try {
      const { device } = statusAt(fd, EMPTY);
      if (device !== parent.device && !this.#filesystems.mayEnter(fd, device)) return;
      this.#directory({ fd, path, device, depth: parent.depth + 1 });
    } finally {
      closeFd(fd);
    }
  }
}
