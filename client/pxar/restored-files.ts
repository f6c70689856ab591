/**
 * The regular files that one restore has made: where each stands in the archive, and which inode it became.
 * A hardlink may lead to these and to nothing else. Positions come in ascending order, so two plain arrays
 * do: 16 bytes a file, however large the archive is.
 */
export class RestoredFiles {
  #positions = new Float64Array(64);
  #inodes = new BigUint64Array(64);
  #count = 0;
  /** Files that were made after the walk over the archive, out of order. */
  readonly #late = new Map<number, bigint>();

  add(position: number, inode: bigint): void {
    if (this.#count > 0 && position <= (this.#positions[this.#count - 1] ?? 0)) {
      this.#late.set(position, inode);
      return;
    }
    if (this.#count === this.#positions.length) this.#grow();
    this.#positions[this.#count] = position;
    this.#inodes[this.#count] = inode;
    this.#count += 1;
  }

  /** Undefined when no file of this position was made. */
  inodeAt(position: number): bigint | undefined {
    let [from, to] = [0, this.#count];
    while (from < to) {
      const middle = (from + to) >>> 1;
      if ((this.#positions[middle] ?? 0) < position) from = middle + 1;
      else to = middle;
    }
    const isFound = from < this.#count && this.#positions[from] === position;
    return isFound ? this.#inodes[from] : this.#late.get(position);
  }

  #grow(): void {
    const positions = new Float64Array(this.#count * 2);
    const inodes = new BigUint64Array(this.#count * 2);
    positions.set(this.#positions);
    inodes.set(this.#inodes);
    this.#positions = positions;
    this.#inodes = inodes;
  }
}
