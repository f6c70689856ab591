/**
 * File attributes (`chattr`, and the FAT ones) have bits of their own in an archive. Here is how they map to
 * the bits of the kernel. Bits that are not in the table are neither stored nor changed.
 */

interface FlagBit {
  archive: number;
  kernel: number;
  /** Must be set on the empty file: it decides how the data is laid out. */
  early?: true;
}

const INODE_FLAGS: readonly FlagBit[] = [
  { archive: 0x10000, kernel: 0x20 }, // append only
  { archive: 0x20000, kernel: 0x80, early: true }, // no access time
  { archive: 0x40000, kernel: 0x4, early: true }, // compressed
  { archive: 0x80000, kernel: 0x800000, early: true }, // no copy on write
  { archive: 0x100000, kernel: 0x40 }, // not for dump
  { archive: 0x200000, kernel: 0x10000 }, // directory written at once
  { archive: 0x400000, kernel: 0x10 }, // immutable
  { archive: 0x800000, kernel: 0x8 }, // file written at once
  { archive: 0x1000000, kernel: 0x400, early: true }, // not compressed
  { archive: 0x2000000, kernel: 0x20000000, early: true }, // project inherited
];

const FAT_ATTRIBUTES: readonly FlagBit[] = [
  { archive: 0x2000, kernel: 0x2 }, // hidden
  { archive: 0x4000, kernel: 0x4 }, // system
  { archive: 0x8000, kernel: 0x20 }, // archive
];

const NODUMP = 0x100000;

export const FAT_FLAGS = maskOf(FAT_ATTRIBUTES);
/** Restored with the metadata; `nodump` speaks about the backup of the source, not about the copy. */
export const INODE_FLAGS_RESTORED = maskOf(INODE_FLAGS) & ~NODUMP;
/** Append only and immutable: such a file takes no further names either. */
export const FORBIDS_CHANGES = 0x10000 | 0x400000;
export const EARLY_FLAGS = maskOf(INODE_FLAGS.filter((bit) => bit.early));

export function fromInodeFlags(kernel: number): number {
  return translate(INODE_FLAGS, kernel, 'kernel', 'archive');
}

export function toInodeFlags(archive: number): number {
  return translate(INODE_FLAGS, archive, 'archive', 'kernel');
}

export function fromFatAttributes(kernel: number): number {
  return translate(FAT_ATTRIBUTES, kernel, 'kernel', 'archive');
}

export function toFatAttributes(archive: number): number {
  return translate(FAT_ATTRIBUTES, archive, 'archive', 'kernel');
}

type Side = 'archive' | 'kernel';

function translate(bits: readonly FlagBit[], value: number, from: Side, to: Side): number {
  let result = 0;
  for (const bit of bits) if ((value & bit[from]) !== 0) result |= bit[to];
  return result >>> 0;
}

function maskOf(bits: readonly FlagBit[]): number {
  return bits.reduce((mask, bit) => mask | bit.archive, 0);
}
