import { type ByteText, EMPTY, joinPath } from './byte-text.ts';
import type { Metadata } from './metadata.ts';
import type { PxarNode } from './pxar-node.ts';
import type { PxarReader } from './pxar-reader.ts';
import type { Entry, Hardlink, PxarVisitor } from './pxar-visitor.ts';
import { replayInSteps } from './replay.ts';

/** What is in a directory of an archive, flat and in order, for writers of other formats. */
export type ExportEvent =
  /** The exported directory itself has an empty path. */
  | { kind: 'directory'; path: ByteText; metadata: Metadata }
  /** Followed by `data` events, `size` bytes in all, and one `end`. */
  | { kind: 'file'; path: ByteText; metadata: Metadata; size: number }
  | { kind: 'data'; bytes: Uint8Array }
  | { kind: 'end' }
  | { kind: 'symlink'; path: ByteText; metadata: Metadata; target: ByteText }
  /** One more name of a file that came before; `target` is its path. */
  | { kind: 'hardlink'; path: ByteText; target: ByteText }
  | { kind: 'device'; path: ByteText; metadata: Metadata; major: number; minor: number }
  | { kind: 'special'; path: ByteText; metadata: Metadata };

export interface ExportOptions {
  signal?: AbortSignal;
  /** Told of entries that the other format cannot hold, by their path from the exported directory. */
  omitted?: (path: ByteText) => void;
}

/**
 * Walks a directory in one pass, in batches: what one piece of the archive holds. A hardlink becomes a file of
 * its own when its file is outside of the directory, or always with `copyLinks`.
 */
export async function* exportEvents(
  reader: PxarReader,
  directory: PxarNode,
  { copyLinks, signal }: { copyLinks: boolean; signal?: AbortSignal },
): AsyncGenerator<ExportEvent[], void, undefined> {
  const queue = new EventQueue();
  for await (const _ of replayInSteps(reader, directory, queue, { signal })) {
    let batch: ExportEvent[] = [];
    for (const event of queue.take()) {
      const target = event.kind === 'link' && !copyLinks ? targetInside(directory, event.link) : null;
      if (event.kind !== 'link') batch.push(event);
      else if (target !== null) batch.push({ kind: 'hardlink', path: event.path, target });
      else {
        yield batch;
        batch = [];
        yield* linkedFile(reader, event);
      }
    }
    yield batch;
  }
}

/** Path of the file from the exported directory; null when it is outside. */
function targetInside({ path, start }: PxarNode, link: Hardlink): ByteText | null {
  const prefix = path === '' ? '' : `${path}/`;
  if (link.target < start || !link.path.startsWith(prefix)) return null;
  return link.path.slice(prefix.length) as ByteText;
}

async function* linkedFile(
  reader: PxarReader,
  { path, link }: QueuedLink,
): AsyncGenerator<ExportEvent[], void, undefined> {
  const file = await reader.fileAt(link.target, link.path, link.position);
  yield [{ kind: 'file', path, metadata: file.metadata, size: file.what.size }];
  for await (const bytes of reader.content(file)) yield [{ kind: 'data', bytes }];
  yield [{ kind: 'end' }];
}

interface QueuedLink {
  kind: 'link';
  path: ByteText;
  link: Hardlink;
}

/** Gathers the events of one piece of the archive. Content is not copied: pieces are never overwritten. */
class EventQueue implements PxarVisitor {
  readonly #open: ByteText[] = [];
  #events: (ExportEvent | QueuedLink)[] = [];

  take(): (ExportEvent | QueuedLink)[] {
    const events = this.#events;
    this.#events = [];
    return events;
  }

  enterDirectory({ name, metadata }: Entry): void {
    const path = this.#open.length === 0 ? EMPTY : this.#pathOf(name);
    this.#events.push({ kind: 'directory', path, metadata });
    this.#open.push(path);
  }

  leaveDirectory(): void {
    this.#open.pop();
  }

  startFile({ name, metadata }: Entry, size: number): void {
    this.#events.push({ kind: 'file', path: this.#pathOf(name), metadata, size });
  }

  fileData(bytes: Buffer): void {
    this.#events.push({ kind: 'data', bytes });
  }

  endFile(): void {
    this.#events.push({ kind: 'end' });
  }

  symlink({ name, metadata }: Entry, target: ByteText): void {
    this.#events.push({ kind: 'symlink', path: this.#pathOf(name), metadata, target });
  }

  hardlink(link: Hardlink): void {
    this.#events.push({ kind: 'link', path: this.#pathOf(link.name), link });
  }

  device({ name, metadata }: Entry, major: number, minor: number): void {
    this.#events.push({ kind: 'device', path: this.#pathOf(name), metadata, major, minor });
  }

  special({ name, metadata }: Entry): void {
    this.#events.push({ kind: 'special', path: this.#pathOf(name), metadata });
  }

  #pathOf(name: ByteText): ByteText {
    return joinPath(this.#open.at(-1) ?? EMPTY, name);
  }
}
