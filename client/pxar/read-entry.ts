import { damaged, readU64 } from './archive-errors.ts';
import { type ByteText, EMPTY, joinPath } from './byte-text.ts';
import { isAttribute, MetadataDecoder } from './decode-metadata.ts';
import type { ItemCursor, ItemHeader } from './item-cursor.ts';
import {
  DEVICE,
  ENTRY,
  ENTRY_V1,
  FILENAME,
  FORMAT_VERSION,
  GOODBYE,
  HARDLINK,
  PAYLOAD,
  PAYLOAD_REF,
  PRELUDE,
  SYMLINK,
} from './item-types.ts';
import type { FileKind } from './metadata.ts';
import { checkDeviceNumbers, checkLinkPath, checkName, terminatedText } from './name-rules.ts';
import { isDirectory, type NodeContent, type PxarEntry, type PxarLink, type PxarNode } from './pxar-node.ts';

/** Where an entry is, before it is read. */
export interface EntryPlace {
  /** Start of its FILENAME. */
  position: number;
  /** Where it must have ended. */
  bound: number;
  /** What the table says, when it is exact: everywhere but for files of a split archive. */
  size: number | null;
  /** Path of its directory. */
  directory: ByteText;
}

/** Reads one entry by its place. Errors: DATA_CORRUPT, ARCHIVE_UNSAFE. */
export async function readEntry(cursor: ItemCursor, place: EntryPlace): Promise<PxarEntry> {
  const { position, bound, size } = place;
  const end = size === null ? bound : position + size;
  if (end > bound) throw damaged('an entry is larger than its directory');
  const { name, next } = await readName(cursor, position, end);
  const path = joinPath(place.directory, name);
  const header = await cursor.header(next, end);
  const entry =
    header.type === HARDLINK
      ? readLink(await cursor.content(header), { name, path, position, end: endOf(header) })
      : { name, path, position, start: next, ...(await readBody(cursor, next, end)) };
  if (isDirectory(entry)) return { ...entry, end };
  if (size !== null && entry.end !== end) throw damaged('a goodbye table has a wrong size of an entry');
  return entry;
}

/** The root, behind the version and the prelude that split archives begin with. */
export async function readRoot(
  cursor: ItemCursor,
  size: number,
): Promise<{ root: PxarNode; version: 1 | 2; prelude: Buffer | null }> {
  let [at, version, prelude]: [number, 1 | 2, Buffer | null] = [0, 1, null];
  let header = await cursor.header(at, size);
  if (header.type === FORMAT_VERSION) {
    const given = readU64(await cursor.content(header), 0);
    if (given !== 1 && given !== 2) throw damaged('its version is not known');
    version = given;
    at = endOf(header);
    header = await cursor.header(at, size);
    if (header.type === PRELUDE) {
      prelude = Buffer.from(await cursor.content(header));
      at = endOf(header);
    }
  }
  const { metadata, what } = await readBody(cursor, at, size);
  if (what.kind !== 'directory') throw damaged('its root is not a directory');
  const root = { name: EMPTY, path: EMPTY, position: 0, start: 0, end: size, metadata, what };
  return { root, version, prelude };
}

/** The FILENAME at `position` and where the next item begins. */
export async function readName(
  cursor: ItemCursor,
  position: number,
  end: number,
): Promise<{ name: ByteText; next: number }> {
  const header = await cursor.header(position, end);
  if (header.type !== FILENAME) throw damaged('no entry where one should be');
  const name = terminatedText(await cursor.content(header), 0, header.size);
  checkName(name);
  return { name, next: endOf(header) };
}

function readLink(content: Buffer, link: Omit<PxarLink, 'what'>): PxarLink {
  const distance = readU64(content, 0);
  const path = terminatedText(content, 8, content.length);
  checkLinkPath(path);
  if (distance === 0 || distance > link.position) throw damaged('a hardlink points at nothing');
  return { ...link, what: { kind: 'hardlink', path, target: link.position - distance } };
}

type Body = Pick<PxarNode, 'metadata' | 'what' | 'end'>;

/** ENTRY, attributes, and the item that tells the kind. Of a directory `end` is where its children begin. */
async function readBody(cursor: ItemCursor, start: number, bound: number): Promise<Body> {
  const entry = await cursor.header(start, bound);
  if (entry.type !== ENTRY && entry.type !== ENTRY_V1) throw damaged('an entry without metadata');
  const decoder = new MetadataDecoder(entry.type, await cursor.content(entry), 0);
  for (let at = endOf(entry); ; ) {
    const header = at === bound ? null : await cursor.header(at, bound);
    if (header === null || header.type === FILENAME || header.type === GOODBYE) {
      return { metadata: decoder.finish(), what: plainContent(decoder.kind), end: at };
    }
    at = endOf(header);
    if (isAttribute(header.type)) {
      decoder.add(header.type, await cursor.content(header), 0, header.size);
      continue;
    }
    const what = await readContent(cursor, header, decoder.kind);
    if (what.kind !== decoder.kind) throw damaged(`the mode says ${decoder.kind}, the content ${what.kind}`);
    return { metadata: decoder.finish(), what, end: at };
  }
}

function plainContent(kind: FileKind): NodeContent {
  if (kind === 'directory' || kind === 'fifo' || kind === 'socket') return { kind };
  throw damaged(`a ${kind} without its content`);
}

async function readContent(cursor: ItemCursor, header: ItemHeader, kind: FileKind): Promise<NodeContent> {
  const { type, size, contentStart } = header;
  if (type === PAYLOAD) return { kind: 'file', size, place: { stream: 'archive', offset: contentStart } };
  const content = await cursor.content(header);
  if (type === SYMLINK) return { kind: 'symlink', target: terminatedText(content, 0, size) };
  if (type === PAYLOAD_REF) {
    const offset = readU64(content, 0);
    return { kind: 'file', size: readU64(content, 8), place: { stream: 'payload', offset } };
  }
  if (type !== DEVICE) throw damaged(`an item ${type.name} stands at the wrong place`);
  const [major, minor] = [readU64(content, 0), readU64(content, 8)];
  checkDeviceNumbers(major, minor);
  return { kind: kind === 'character' ? 'character' : 'block', major, minor };
}

function endOf({ contentStart, size }: ItemHeader): number {
  return contentStart + size;
}
