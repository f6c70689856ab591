import { isUtf8 } from 'node:buffer';
import { assert } from '#domain/errors.ts';
import { type ByteText, bytesOf, byteTextOf } from './byte-text.ts';
import { type Metadata, PERMISSION_MASK } from './metadata.ts';

/** Headers of a tar archive: ustar, with a PAX header before it for whatever does not fit. */

export const TAR_BLOCK_SIZE = 512;
/** Two empty blocks end an archive. */
export const TAR_END = Buffer.alloc(2 * TAR_BLOCK_SIZE);

export type TarType = '0' | '1' | '2' | '3' | '4' | '5' | '6';

export interface TarEntry {
  type: TarType;
  /** With a slash at the end for a directory. */
  name: ByteText;
  metadata: Metadata;
  size?: number;
  /** Of a symbolic or hard link. */
  target?: ByteText;
  major?: number;
  minor?: number;
}

const NAME_SIZE = 100;
const SIZE_MAX = 8 ** 11 - 1;
const ID_MAX = 8 ** 7 - 1;
const TIME_MAX = 8 ** 11 - 1;

/** The blocks that come before the content. */
export function tarHeader(entry: TarEntry): Buffer {
  const extended = paxRecords(entry);
  if (extended.length === 0) return ustar(entry);
  const records = Buffer.concat(extended);
  const pax = ustar({ ...entry, size: records.length, target: undefined, name: PAX_NAME }, 'x');
  return Buffer.concat([pax, records, tarPadding(records.length), ustar(entry)]);
}

/** Zeros that fill the last block of content up. */
export function tarPadding(size: number): Buffer {
  return Buffer.alloc((TAR_BLOCK_SIZE - (size % TAR_BLOCK_SIZE)) % TAR_BLOCK_SIZE);
}

const PAX_NAME = byteTextOf('././@PaxHeader');

function paxRecords({ name, target = '' as ByteText, size = 0, metadata }: TarEntry): Buffer[] {
  const records: Buffer[] = [];
  const add = (key: string, value: Uint8Array) => records.push(paxRecord(key, value));
  const { uid, gid, seconds, nanos } = metadata;
  const texts = [name, target].filter((text) => text.length > NAME_SIZE).map(bytesOf);
  if (texts.some((text) => !isUtf8(text))) add('hdrcharset', Buffer.from('BINARY'));
  if (name.length > NAME_SIZE) add('path', bytesOf(name));
  if (target.length > NAME_SIZE) add('linkpath', bytesOf(target));
  if (size > SIZE_MAX) add('size', Buffer.from(String(size)));
  if (uid > ID_MAX) add('uid', Buffer.from(String(uid)));
  if (gid > ID_MAX) add('gid', Buffer.from(String(gid)));
  if (nanos !== 0 || seconds < 0 || seconds > TIME_MAX)
    add('mtime', Buffer.from(decimalTime(seconds, nanos)));
  for (const xattr of metadata.xattrs) add(`SCHILY.xattr.${xattr.name}`, xattr.value);
  if (metadata.capabilities !== null) add('SCHILY.xattr.security.capability', metadata.capabilities);
  return records;
}

/** `<length> <key>=<value>\n`, where the length counts itself. */
function paxRecord(key: string, value: Uint8Array): Buffer {
  const rest = key.length + value.length + 3;
  let length = rest + String(rest).length;
  if (String(length).length > String(rest).length) length += 1;
  return Buffer.concat([Buffer.from(`${length} ${key}=`, 'latin1'), value, Buffer.from('\n')]);
}

/** Exact and signed: −1.25 is stored as −2 seconds and 0.75 seconds more. */
function decimalTime(seconds: number, nanos: number): string {
  const isNegative = seconds < 0 && nanos > 0;
  const [whole, fraction] = isNegative ? [seconds + 1, 1_000_000_000 - nanos] : [seconds, nanos];
  const sign = isNegative && whole === 0 ? '-' : '';
  return fraction === 0 ? String(whole) : `${sign}${whole}.${String(fraction).padStart(9, '0')}`;
}

function ustar(entry: TarEntry, type: string = entry.type): Buffer {
  const { name, metadata, size = 0, target = '' as ByteText, major = 0, minor = 0 } = entry;
  const block = Buffer.alloc(TAR_BLOCK_SIZE);
  block.write(name.slice(0, NAME_SIZE), 0, 'latin1');
  octal(block, 100, 8, metadata.mode & PERMISSION_MASK);
  octal(block, 108, 8, metadata.uid > ID_MAX ? 0 : metadata.uid);
  octal(block, 116, 8, metadata.gid > ID_MAX ? 0 : metadata.gid);
  octal(block, 124, 12, size > SIZE_MAX ? 0 : size);
  octal(block, 136, 12, metadata.seconds < 0 || metadata.seconds > TIME_MAX ? 0 : metadata.seconds);
  block.write('        ', 148, 'latin1');
  block.write(type, 156, 'latin1');
  block.write(target.slice(0, NAME_SIZE), 157, 'latin1');
  block.write('ustar\0' + '00', 257, 'latin1');
  octal(block, 329, 8, major);
  octal(block, 337, 8, minor);
  let sum = 0;
  for (const byte of block) sum += byte;
  octal(block, 148, 7, sum);
  return block;
}

function octal(block: Buffer, at: number, width: number, value: number): void {
  const digits = value.toString(8).padStart(width - 1, '0');
  assert(digits.length < width, 'a number that does not fit is in the PAX header');
  block.write(`${digits}\0`, at, 'latin1');
}
