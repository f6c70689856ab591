import { describe, expect, test } from 'vitest';
import { type ByteText, bytesOf, byteText, byteTextOf, joinPath, readable, splitPath } from './byte-text.ts';
import {
  FAT_FLAGS,
  fromFatAttributes,
  fromInodeFlags,
  INODE_FLAGS_RESTORED,
  toFatAttributes,
  toInodeFlags,
} from './file-flags.ts';
import { isVirtual, Question } from './filesystems.ts';
import { kindOf, TYPE } from './metadata.ts';
import { NameSet } from './name-rules.ts';
import { accessAclToKernel, aclFromKernel, inheritedAclToKernel, plainAclToKernel } from './posix-acl.ts';
import { RestoredFiles } from './restored-files.ts';

function kernelAcl(...entries: [tag: number, permissions: number, id?: number][]): Buffer {
  const value = Buffer.alloc(4 + entries.length * 8);
  value.writeUInt32LE(2, 0);
  for (const [index, [tag, permissions, id = 0xffffffff]] of entries.entries()) {
    value.writeUInt16LE(tag, 4 + index * 8);
    value.writeUInt16LE(permissions, 6 + index * 8);
    value.writeUInt32LE(id, 8 + index * 8);
  }
  return value;
}

describe('access lists', () => {
  const named = kernelAcl([1, 6], [2, 4, 7], [2, 6, 1001], [4, 5], [8, 1, 2001], [16, 7], [32, 0]);

  test('named entries and the group behind the mask are stored, what the mode says is not', () => {
    expect(aclFromKernel(named, null)).toEqual({
      users: [
        { id: 7, permissions: 4 },
        { id: 1001, permissions: 6 },
      ],
      groups: [{ id: 2001, permissions: 1 }],
      groupObject: 5,
      inherited: null,
    });
  });

  test('the kernel gets back what it gave, from the list and the mode', () => {
    const acl = aclFromKernel(named, null);
    expect(acl === null ? null : accessAclToKernel(acl, 0o100670)).toEqual(named);
  });

  test('a list that says no more than the mode is not stored', () => {
    expect(aclFromKernel(kernelAcl([1, 6], [4, 4], [32, 4]), null)).toBeNull();
    expect(aclFromKernel(null, null)).toBeNull();
  });

  test('without the right of the group the mask stands in for it', () => {
    const acl = { users: [{ id: 9, permissions: 4 }], groups: [], groupObject: null, inherited: null };
    expect(accessAclToKernel(acl, 0o100640)).toEqual(kernelAcl([1, 6], [2, 4, 9], [4, 4], [16, 4], [32, 0]));
  });

  test.each([
    kernelAcl([1, 7], [4, 5], [32, 0]),
    kernelAcl([1, 7], [2, 7, 1], [4, 5], [8, 3, 2], [16, 7], [32, 5]),
    kernelAcl([4, 5]),
  ])('what a directory hands on comes back whole', (value) => {
    const inherited = aclFromKernel(null, value)?.inherited;
    expect(inherited && inheritedAclToKernel(inherited)).toEqual(value);
  });

  test('values of another version, or cut off, are passed over', () => {
    const other = Buffer.from(named);
    other.writeUInt32LE(3, 0);
    expect(aclFromKernel(other, null)).toBeNull();
    expect(aclFromKernel(named.subarray(0, 8), null)).toBeNull();
    expect(aclFromKernel(Buffer.alloc(0), Buffer.alloc(3))).toBeNull();
  });

  test('the plain list is the mode', () => {
    expect(plainAclToKernel(0o4751)).toEqual(kernelAcl([1, 7], [4, 5], [32, 1]));
  });
});

describe('flags', () => {
  test.each([
    [0x20, 0x10000],
    [0x80, 0x20000],
    [0x4, 0x40000],
    [0x800000, 0x80000],
    [0x40, 0x100000],
    [0x10000, 0x200000],
    [0x10, 0x400000],
    [0x8, 0x800000],
    [0x400, 0x1000000],
    [0x20000000, 0x2000000],
  ])('the kernel bit %i is the archive bit %i', (kernel, archive) => {
    expect(fromInodeFlags(kernel)).toBe(archive);
    expect(toInodeFlags(archive)).toBe(kernel);
  });

  test.each([
    [2, 0x2000],
    [4, 0x4000],
    [32, 0x8000],
  ])('the FAT bit %i is the archive bit %i', (kernel, archive) => {
    expect(fromFatAttributes(kernel)).toBe(archive);
    expect(toFatAttributes(archive)).toBe(kernel);
  });

  test('unknown bits are dropped on both sides, and nodump is not restored', () => {
    expect(fromInodeFlags(0x80000 | 0x1000)).toBe(0);
    expect(toInodeFlags(0x1 | 0x40)).toBe(0);
    expect(INODE_FLAGS_RESTORED & 0x100000).toBe(0);
    expect(FAT_FLAGS).toBe(0xe000);
  });
});

describe('kinds', () => {
  test('type bits name the kind, anything else names none', () => {
    for (const [kind, bits] of Object.entries(TYPE)) expect(kindOf(bits | 0o7777)).toBe(kind);
    for (const bits of [0, 0o030000, 0o170000, 0o150000]) expect(kindOf(bits)).toBeUndefined();
  });

  test('filesystems of the kernel are virtual, tmpfs and ext4 are not', () => {
    for (const magic of [0x9fa0, 0x62656572, 0x63677270]) expect(isVirtual(magic)).toBe(true);
    for (const magic of [0x01021994, 0xef53]) expect(isVirtual(magic)).toBe(false);
  });
});

describe('byte text', () => {
  test('any bytes come back', () => {
    const bytes = Buffer.from(Array.from({ length: 256 }, (_, index) => index));
    expect(bytesOf(byteText(bytes))).toEqual(bytes);
  });

  test('sorts like its bytes', () => {
    const texts = ['\xff', 'a', '\x80', 'Z', ''].map((text) => text as ByteText);
    const byBytes = texts.toSorted((a, b) => Buffer.compare(bytesOf(a), bytesOf(b)));
    expect(texts.toSorted()).toEqual(byBytes);
  });

  test('people see it decoded', () => {
    expect(readable(byteTextOf('grün'))).toBe('grün');
    expect(readable('\xff' as ByteText)).toBe('\ufffd');
  });

  test('paths are joined and split', () => {
    expect(joinPath('' as ByteText, 'a' as ByteText)).toBe('a');
    expect(splitPath('a/b/c' as ByteText)).toEqual({ directory: 'a/b', name: 'c' });
    expect(splitPath('c' as ByteText)).toEqual({ directory: '', name: 'c' });
  });
});

describe('what is asked of a filesystem', () => {
  test('is dropped when it never has an answer', () => {
    const question = new Question(true);
    const asked: number[] = [];
    for (let file = 0; file < 100; file++) question.ask(file, (fd) => (asked.push(fd) > 0 ? null : 0));
    expect(asked).toHaveLength(16);
  });

  test('is asked for ever once it had one', () => {
    const question = new Question(true);
    let asked = 0;
    for (let file = 0; file < 100; file++) question.ask(file, () => (asked++ === 3 ? 7 : null));
    expect(asked).toBe(100);
  });

  test('is not asked where it makes no sense', () => {
    expect(new Question(false).ask(1, () => 7)).toBeNull();
  });
});

describe('memory of a restore', () => {
  test('finds every file by its position, also one that came late', () => {
    const files = new RestoredFiles();
    for (let index = 0; index < 1000; index++) files.add(index * 100, 2n ** 60n + BigInt(index));
    files.add(50, 7n);
    expect(files.inodeAt(99_900)).toBe(2n ** 60n + 999n);
    expect(files.inodeAt(0)).toBe(2n ** 60n);
    expect(files.inodeAt(50)).toBe(7n);
    expect(files.inodeAt(51)).toBeUndefined();
    expect(files.inodeAt(1e12)).toBeUndefined();
  });

  test('a set of names finds a repetition in any order', () => {
    const names = new NameSet();
    for (const name of ['b', 'd', 'f', 'c', 'e', 'g']) expect(names.add(name as ByteText)).toBe(true);
    for (const name of ['b', 'd', 'f', 'c', 'e', 'g']) expect(names.add(name as ByteText)).toBe(false);
    expect(names.add('a' as ByteText)).toBe(true);
    expect(names.size).toBeGreaterThan(7 * 32);
  });
});
