import { isUtf8 } from 'node:buffer';
import { ByteBuilder } from './byte-builder.ts';
import { type ByteText, bytesOf } from './byte-text.ts';

/** The records of a zip archive, with 64-bit sizes where they are needed. */

export interface ZipEntry {
  /** With a slash at the end for a directory. */
  name: ByteText;
  /** As st_mode. */
  mode: number;
  /** Modification time in seconds since 1970. */
  seconds: number;
  size: number;
  crc: number;
  /** Where its local header begins. */
  offset: number;
}

const MAX_16 = 0xffff;
const MAX_32 = 0xffffffff;
const LOCAL_HEADER = 0x04034b50;
const DESCRIPTOR = 0x08074b50;
const CENTRAL_HEADER = 0x02014b50;
const END_64 = 0x06064b50;
const END_64_LOCATOR = 0x07064b50;
const END = 0x06054b50;

const VERSION_ZIP64 = 45;
const MADE_BY_UNIX = (3 << 8) | VERSION_ZIP64;
const STORED = 0;
/** The checksum follows the content, because it is known only then. */
const FLAG_DESCRIPTOR = 0x8;
const FLAG_UTF8 = 0x800;
const EXTRA_ZIP64 = 0x0001;
const EXTRA_TIME = 0x5455;
const HAS_MODIFICATION_TIME = 1;
const ATTRIBUTE_DIRECTORY = 0x10;
const TIME_MAX = 0x7fffffff;

export function localHeader(entry: ZipEntry): Buffer {
  const { name, size } = entry;
  const extra = new ByteBuilder(64);
  const isLarge = size >= MAX_32;
  if (isLarge) extra.u16(EXTRA_ZIP64).u16(16).u64(size).u64(size);
  putTime(extra, entry);
  const fixed = new ByteBuilder(64).u32(LOCAL_HEADER).u16(VERSION_ZIP64);
  putCommon(fixed, entry, isLarge, { crc: 0 });
  fixed.u16(name.length).u16(extra.length);
  return Buffer.concat([fixed.filled, bytesOf(name), extra.filled]);
}

/** Stands behind the content. */
export function descriptor({ crc, size }: ZipEntry): Buffer {
  const record = new ByteBuilder(24).u32(DESCRIPTOR).u32(crc);
  if (size >= MAX_32) record.u64(size).u64(size);
  else record.u32(size).u32(size);
  return Buffer.from(record.filled);
}

/** An entry of the directory at the end of the archive. */
export function centralHeader(entry: ZipEntry): Buffer {
  const { name, mode, size, offset } = entry;
  const isLarge = size >= MAX_32;
  const isFar = offset >= MAX_32;
  const extra = new ByteBuilder(64);
  if (isLarge || isFar) extra.u16(EXTRA_ZIP64).u16((isLarge ? 16 : 0) + (isFar ? 8 : 0));
  if (isLarge) extra.u64(size).u64(size);
  if (isFar) extra.u64(offset);
  putTime(extra, entry);
  const fixed = new ByteBuilder(64).u32(CENTRAL_HEADER).u16(MADE_BY_UNIX).u16(VERSION_ZIP64);
  putCommon(fixed, entry, isLarge, entry);
  fixed.u16(name.length).u16(extra.length).u16(0).u16(0).u16(0);
  fixed.u32(mode * 0x10000 + (name.endsWith('/') ? ATTRIBUTE_DIRECTORY : 0));
  fixed.u32(isFar ? MAX_32 : offset);
  return Buffer.concat([fixed.filled, bytesOf(name), extra.filled]);
}

/** What ends an archive whose directory has `count` entries, begins at `offset` and is `size` bytes long. */
export function endRecords(count: number, offset: number, size: number): Buffer {
  const record = new ByteBuilder(128);
  if (count >= MAX_16 || offset >= MAX_32 || size >= MAX_32) {
    record.u32(END_64).u64(44).u16(MADE_BY_UNIX).u16(VERSION_ZIP64).u32(0).u32(0);
    record.u64(count).u64(count).u64(size).u64(offset);
    record
      .u32(END_64_LOCATOR)
      .u32(0)
      .u64(offset + size)
      .u32(1);
  }
  const shown = Math.min(count, MAX_16);
  record.u32(END).u16(0).u16(0).u16(shown).u16(shown);
  record.u32(Math.min(size, MAX_32)).u32(Math.min(offset, MAX_32)).u16(0);
  return Buffer.from(record.filled);
}

/** From the flags to the sizes: the same in both headers. */
function putCommon(record: ByteBuilder, entry: ZipEntry, isLarge: boolean, { crc }: { crc: number }): void {
  const { name, seconds, size } = entry;
  const { time, date } = dosTime(seconds);
  const shown = isLarge ? MAX_32 : size;
  record.u16(FLAG_DESCRIPTOR | (isUtf8(bytesOf(name)) ? FLAG_UTF8 : 0)).u16(STORED);
  record.u16(time).u16(date).u32(crc).u32(shown).u32(shown);
}

/** The exact time, where the older field has two seconds and no zone. */
function putTime(extra: ByteBuilder, { seconds }: ZipEntry): void {
  if (seconds >= 0 && seconds <= TIME_MAX)
    extra.u16(EXTRA_TIME).u16(5).byte(HAS_MODIFICATION_TIME).u32(seconds);
}

const DOS_FIRST = Date.UTC(1980, 0, 1);
const DOS_LAST = Date.UTC(2107, 11, 31, 23, 59, 58);

/** In UTC, within the years that the format knows. */
function dosTime(seconds: number): { time: number; date: number } {
  const at = new Date(Math.min(Math.max(seconds * 1000, DOS_FIRST), DOS_LAST));
  return {
    time: (at.getUTCHours() << 11) | (at.getUTCMinutes() << 5) | (at.getUTCSeconds() >> 1),
    date: ((at.getUTCFullYear() - 1980) << 9) | ((at.getUTCMonth() + 1) << 5) | at.getUTCDate(),
  };
}
