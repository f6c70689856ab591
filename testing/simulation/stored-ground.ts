import { randomUUID } from 'node:crypto';
import { CHUNK_ROOT } from '#engine/chunks/chunk-key.ts';
import { digestOf } from '#engine/chunks/digest.ts';
import { completeProvision, provisionDatastore } from '#engine/provision.ts';
import { MemoryBackend } from '../memory-backend.ts';

/** A datastore as it is made, with a few of its chunk directories: a sweep over all of them would be most of the work. */
export interface Ground {
  uuid: string;
  /** What is backed up: many more than one run needs. */
  pieces: readonly Buffer[];
  /** What was made on it once, to be copied. */
  made: Map<string, { memory: MemoryBackend; held: ReadonlyMap<number, readonly Buffer[]> }>;
  /** A backend that holds it and nothing else. */
  backend(now: () => number): MemoryBackend;
}

const PIECES = 2000;
/** The first and the last one, and every one whose second and fourth digit are 0. */
const KEPT = /^(.0.0|ffff)$/;

export async function makeGround(): Promise<Ground> {
  const uuid = randomUUID();
  const signal = new AbortController().signal;
  const memory = new MemoryBackend(() => 0);
  await provisionDatastore({
    ...{ backend: memory, uuid, creationId: uuid, now: 0, signal, report: () => {} },
  });
  await completeProvision(memory);
  const chunks = await memory.list(CHUNK_ROOT);
  for (const { name } of chunks) {
    if (!KEPT.test(name)) await memory.removeDirectory(`${CHUNK_ROOT}/${name}`);
  }
  return { uuid, pieces: makePieces(), made: new Map(), backend: (now) => copyOf(memory, now) };
}

function copyOf(memory: MemoryBackend, now: () => number): MemoryBackend {
  const copy = new MemoryBackend(now);
  copy.copyFrom(memory);
  return copy;
}

/** Contents whose chunks lie in directories that there are. */
function makePieces(): Buffer[] {
  const pieces: Buffer[] = [];
  for (let number = 0; pieces.length < PIECES; number += 1) {
    const piece = Buffer.from(`piece ${number} ${'x'.repeat(60)}`);
    if (KEPT.test(digestOf(piece).slice(0, 4))) pieces.push(piece);
  }
  return pieces;
}
