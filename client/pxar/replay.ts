import { BackupError } from '#domain/errors.ts';
import { readPieces } from './archive-bytes.ts';
import { isDirectory, type PxarEntry } from './pxar-node.ts';
import { PxarParser } from './pxar-parser.ts';
import type { PxarReader } from './pxar-reader.ts';
import type { PxarVisitor } from './pxar-visitor.ts';

export interface ReplayOptions {
  /** Whether a directory is reported as the root, or under its own name like an entry of another one. */
  as?: 'root' | 'entry';
  signal?: AbortSignal;
  checkTables?: boolean;
}

/**
 * Reads one entry with all that is below it in the order of the archive, and reports it to a visitor. Needs
 * one pass over its bytes and no table, which is how a sub-tree is restored or exported. Works for split
 * archives too: their content is fetched where the metadata asks for it.
 * Errors: those of the parser and the visitor, CANCELLED.
 */
export async function replay(
  reader: PxarReader,
  entry: PxarEntry,
  visitor: PxarVisitor,
  options: ReplayOptions = {},
): Promise<void> {
  const steps = replayInSteps(reader, entry, visitor, options);
  while (!(await steps.next()).done) {
    // the visitor has everything
  }
}

/** The same, stopping after every piece, so that what the visitor gathered can be handed on. */
export async function* replayInSteps(
  reader: PxarReader,
  entry: PxarEntry,
  visitor: PxarVisitor,
  { as = 'root', signal, checkTables }: ReplayOptions,
): AsyncGenerator<void, void, undefined> {
  const isRoot = isDirectory(entry) && (as === 'root' || entry.name === '');
  const position = isRoot ? entry.start : entry.position;
  const scope = isRoot ? 'archive' : 'node';
  const parser = new PxarParser(visitor, { scope, position, version: reader.version, checkTables });
  for await (const piece of readPieces(reader.archive, position, entry.end)) {
    for (let at = 0; at < piece.length; ) {
      if (signal?.aborted) throw new BackupError('CANCELLED', 'The work was cancelled.');
      at += parser.write(piece.subarray(at));
      yield;
      yield* givePayload(reader, parser);
    }
  }
  parser.end();
}

async function* givePayload(reader: PxarReader, parser: PxarParser): AsyncGenerator<void, void, undefined> {
  const awaited = parser.awaitedPayload;
  if (awaited === null) return;
  const { offset, size } = awaited;
  const { source, offset: start } = await reader.locate({ stream: 'payload', offset }, size);
  if (size === 0) parser.givePayload(new Uint8Array(0));
  for await (const piece of readPieces(source, start, start + size)) {
    parser.givePayload(piece);
    yield;
  }
}
