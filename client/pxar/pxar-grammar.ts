import { assert } from '#domain/errors.ts';
import { damaged, readU64, unsafe } from './archive-errors.ts';
import { type ByteText, EMPTY, joinPath } from './byte-text.ts';
import { isAttribute, MetadataDecoder } from './decode-metadata.ts';
import { GoodbyeCheck } from './goodbye-check.ts';
import { mayFollow, type ReadingState } from './item-order.ts';
import type { ItemReceiver } from './item-splitter.ts';
import {
  DEVICE,
  ENTRY,
  ENTRY_V1,
  FILENAME,
  FORMAT_VERSION,
  GOODBYE,
  HARDLINK,
  type ItemType,
  PAYLOAD,
  PAYLOAD_REF,
  PRELUDE,
  SYMLINK,
} from './item-types.ts';
import { DEPTH_MAX, OPEN_NAMES_SIZE_MAX, PATH_SIZE_MAX } from './limits.ts';
import type { FileKind } from './metadata.ts';
import { checkDeviceNumbers, checkLinkPath, checkName, NameSet, terminatedText } from './name-rules.ts';
import type { ParserOptions, PayloadReference } from './parser-options.ts';
import type { Entry, PxarVisitor } from './pxar-visitor.ts';

/** Which items follow which, and what they mean together: turns items into the events of a visitor. */
export class Grammar implements ItemReceiver {
  /** Content that has to be given before the next item. */
  awaited: PayloadReference | null = null;
  prelude: Buffer | null = null;
  readonly #visitor: PxarVisitor;
  readonly #isWhole: boolean;
  readonly #start: number;
  readonly #checkTables: boolean;
  readonly #open: OpenDirectory[] = [];
  #version: 1 | 2;
  #state: ReadingState;
  /** The node that is being read. */
  #name = EMPTY;
  #position = 0;
  /** Where its table counts from: its ENTRY; for the root of an archive the very first byte. */
  #entryStart = 0;
  #decoder: MetadataDecoder | null = null;
  /** Content of a file that was not given yet. */
  #payloadLeft = 0;
  #namesSize = 0;

  constructor(visitor: PxarVisitor, options: ParserOptions) {
    this.#visitor = visitor;
    this.#isWhole = options.scope !== 'node';
    this.#start = options.position ?? 0;
    this.#position = this.#start;
    this.#checkTables = options.checkTables ?? false;
    this.#version = options.version ?? 1;
    this.#state = this.#isWhole && this.#start === 0 ? 'start' : this.#isWhole ? 'root' : 'children';
  }

  get isPaused(): boolean {
    return this.awaited !== null;
  }

  /** Path of the entry that is being read, or of its directory. */
  get path(): ByteText {
    const directory = this.#open.reduce((path, { name }) => joinPath(path, name), EMPTY);
    return this.#state === 'children' || this.#name === '' ? directory : joinPath(directory, this.#name);
  }

  begin(type: ItemType, contentSize: number, position: number): void {
    const endsNode = type === FILENAME || type === GOODBYE;
    if (endsNode && this.#state === 'attributes') this.#settle();
    if (!mayFollow(this.#state, type, this.#version))
      throw damaged(`an item ${type.name} stands at the wrong place`);
    if (type === FILENAME) {
      this.#position = position;
    } else if (type === ENTRY || type === ENTRY_V1) {
      const isRoot = this.#isWhole && this.#open.length === 0;
      this.#entryStart = isRoot ? this.#start : position;
    } else if (type === PAYLOAD) {
      this.#visitor.startFile(this.#entryOf('file'), contentSize);
      this.#state = 'content';
    } else if (type === GOODBYE) {
      if (this.#open.length === 0) throw damaged('a table without a directory');
      this.#open.at(-1)?.check?.begin(contentSize, position);
      this.#state = 'content';
    }
  }

  content(type: ItemType, bytes: Buffer, start: number, end: number): void {
    if (type === FILENAME) this.#takeName(terminatedText(bytes, start, end));
    else if (type === ENTRY || type === ENTRY_V1) this.#takeEntry(type, bytes, start);
    else if (isAttribute(type)) this.#decoder?.add(type, bytes, start, end);
    else if (type === SYMLINK) {
      const target = terminatedText(bytes, start, end);
      this.#visitor.symlink(this.#entryOf('symlink'), target);
      this.#endLeaf();
    } else if (type === HARDLINK) this.#takeHardlink(bytes, start, end);
    else if (type === DEVICE) this.#takeDevice(bytes, start);
    else if (type === PAYLOAD_REF) this.#takeReference(bytes, start);
    else if (type === FORMAT_VERSION) this.#takeVersion(readU64(bytes, start));
    else {
      assert(type === PRELUDE, 'every type has an arm');
      this.prelude = Buffer.from(bytes.subarray(start, end));
      this.#state = 'root';
    }
  }

  piece(type: ItemType, bytes: Buffer): void {
    if (type === PAYLOAD) this.#visitor.fileData(bytes);
    else this.#open.at(-1)?.check?.piece(bytes);
  }

  finish(type: ItemType): void {
    if (type === PAYLOAD) {
      this.#visitor.endFile();
      this.#endLeaf();
      return;
    }
    const directory = this.#open.pop();
    assert(directory !== undefined, 'a table ends a directory');
    directory.check?.finish();
    this.#namesSize -= directory.names.size;
    this.#visitor.leaveDirectory();
    this.#state = this.#open.length === 0 ? 'end' : 'children';
  }

  givePayload(bytes: Buffer): void {
    assert(this.awaited !== null, 'content is given when it is awaited');
    assert(bytes.length <= this.#payloadLeft, 'not more content is given than awaited');
    if (bytes.length > 0) this.#visitor.fileData(bytes);
    this.#payloadLeft -= bytes.length;
    if (this.#payloadLeft > 0) return;
    this.awaited = null;
    this.#visitor.endFile();
    this.#endLeaf();
  }

  /** True when the archive is complete. A fifo or socket at the very end of a range ends with it. */
  end(): boolean {
    const kind = this.#state === 'attributes' && !this.#isWhole ? this.#decoder?.kind : undefined;
    if (this.#open.length === 0 && (kind === 'fifo' || kind === 'socket')) this.#settle();
    return this.#state === 'end' && this.awaited === null;
  }

  #takeVersion(version: number): void {
    if (version !== 1 && version !== 2) throw damaged('its version is not known');
    this.#version = version;
    this.#state = 'prelude';
  }

  #takeName(name: ByteText): void {
    checkName(name);
    const directory = this.#open.at(-1);
    if (directory !== undefined) {
      const { names, check, pathSize } = directory;
      if (pathSize + 1 + name.length > PATH_SIZE_MAX) throw damaged('a path is too long');
      this.#namesSize -= names.size;
      if (!names.add(name)) throw unsafe('a directory has two entries of one name');
      this.#namesSize += names.size;
      if (this.#namesSize > OPEN_NAMES_SIZE_MAX) throw damaged('its directories have too many entries');
      check?.child(name, this.#position);
    }
    this.#name = name;
    this.#state = 'node';
  }

  #takeEntry(type: ItemType, bytes: Buffer, at: number): void {
    this.#decoder = new MetadataDecoder(type, bytes, at);
    const isRoot = this.#isWhole && this.#open.length === 0;
    if (isRoot && this.#decoder.kind !== 'directory') throw damaged('its root is not a directory');
    this.#state = 'attributes';
  }

  #takeHardlink(bytes: Buffer, start: number, end: number): void {
    const distance = readU64(bytes, start);
    const path = terminatedText(bytes, start + 8, end);
    checkLinkPath(path);
    if (distance === 0 || distance > this.#position) throw damaged('a hardlink points at nothing');
    const target = this.#position - distance;
    this.#visitor.hardlink({ name: this.#name, position: this.#position, path, target });
    this.#endLeaf();
  }

  #takeDevice(bytes: Buffer, at: number): void {
    const kind = this.#decoder?.kind === 'block' ? 'block' : 'character';
    const entry = this.#entryOf(kind);
    const [major, minor] = [readU64(bytes, at), readU64(bytes, at + 8)];
    checkDeviceNumbers(major, minor);
    this.#visitor.device(entry, major, minor);
    this.#endLeaf();
  }

  #takeReference(bytes: Buffer, at: number): void {
    const awaited = { offset: readU64(bytes, at), size: readU64(bytes, at + 8) };
    this.#visitor.startFile(this.#entryOf('file'), awaited.size);
    this.#state = 'content';
    this.#payloadLeft = awaited.size;
    this.awaited = awaited;
    this.#open.at(-1)?.check?.payload(awaited.size);
  }

  /** The node has no item of its own kind, so it is a directory whose children follow, a fifo or a socket. */
  #settle(): void {
    const kind = this.#decoder?.kind;
    if (kind === 'fifo' || kind === 'socket') {
      this.#visitor.special(this.#entryOf(kind));
      this.#endLeaf();
      return;
    }
    if (kind !== 'directory') throw damaged(`a ${kind} without its content`);
    const entry = this.#entryOf('directory');
    const pathSize = (this.#open.at(-1)?.pathSize ?? 0) + entry.name.length + 1;
    const check = this.#checkTables ? new GoodbyeCheck(this.#entryStart) : null;
    this.#open.push({ name: entry.name, pathSize, names: new NameSet(), check });
    if (this.#open.length > DEPTH_MAX + 1) throw damaged('its directories are nested too deeply');
    this.#visitor.enterDirectory(entry);
    this.#state = 'children';
  }

  /** The node as the visitor sees it; its mode must name the kind that its items have. */
  #entryOf(kind: FileKind): Entry {
    const decoder = this.#decoder;
    assert(decoder !== null, 'attributes come before content');
    if (decoder.kind !== kind) throw damaged(`the mode says ${decoder.kind}, the content ${kind}`);
    return { name: this.#name, position: this.#position, metadata: decoder.finish() };
  }

  #endLeaf(): void {
    this.#state = this.#open.length === 0 ? 'end' : 'children';
  }
}

/** A directory that is being read. */
interface OpenDirectory {
  name: ByteText;
  /** Bytes of its path. */
  pathSize: number;
  names: NameSet;
  check: GoodbyeCheck | null;
}
