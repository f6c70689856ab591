import { damaged, unsafe } from './archive-errors.ts';
import type { ByteText } from './byte-text.ts';
import { PATH_SIZE_MAX } from './limits.ts';

/** Which names, targets and paths an archive may hold. Everything else is refused before it is used. */

/** A text item: at least one byte, one NUL at its end and none before. Error: DATA_CORRUPT. */
export function terminatedText(bytes: Buffer, start: number, end: number): ByteText {
  if (end - start < 2 || bytes[end - 1] !== 0) throw damaged('a text does not end with NUL');
  const text = bytes.toString('latin1', start, end - 1) as ByteText;
  if (text.includes('\0')) throw unsafe('a name contains NUL');
  return text;
}

/** Names exactly one entry of its directory. Error: ARCHIVE_UNSAFE. */
export function checkName(name: ByteText): void {
  if (name === '.' || name === '..' || name.includes('/')) throw unsafe('a name leaves its directory');
}

/** A path from the root of the archive to a file in it. Error: ARCHIVE_UNSAFE. */
export function checkLinkPath(path: ByteText): void {
  if (path.length > PATH_SIZE_MAX) throw damaged('a path is too long');
  for (const part of path.split('/') as ByteText[]) {
    if (part === '' || part === '.' || part === '..') throw unsafe('a hardlink leads out of the archive');
  }
}

const MAJOR_MAX = 0xfff;
const MINOR_MAX = 0xfffff;

/** The numbers of a device as Linux knows them. Error: DATA_CORRUPT. */
export function checkDeviceNumbers(major: number, minor: number): void {
  if (major > MAJOR_MAX || minor > MINOR_MAX) throw damaged('a device number that cannot be');
}

/**
 * The names of one directory, to find one that comes twice. Writers sort, so all names are usually larger
 * than the one before and a list will do; the few others are kept apart.
 */
export class NameSet {
  /** Bytes of memory, about. */
  size = 0;
  readonly #ascending: ByteText[] = [];
  readonly #others = new Set<ByteText>();
  #largest: ByteText | undefined;

  /** False when the name is there already. */
  add(name: ByteText): boolean {
    this.size += name.length + NAME_COST;
    if (this.#largest === undefined || name > this.#largest) {
      this.#ascending.push(name);
      this.#largest = name;
      return !this.#others.has(name);
    }
    if (this.#others.has(name) || this.#isListed(name)) return false;
    this.#others.add(name);
    return true;
  }

  #isListed(name: ByteText): boolean {
    let [from, to] = [0, this.#ascending.length];
    while (from < to) {
      const middle = (from + to) >>> 1;
      if ((this.#ascending[middle] ?? '') < name) from = middle + 1;
      else to = middle;
    }
    return this.#ascending[from] === name;
  }
}

const NAME_COST = 32;
