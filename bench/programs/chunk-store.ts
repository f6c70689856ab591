import { randomUUID } from 'node:crypto';
import * as fs from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { chunkKey } from '#engine/chunks/chunk-key.ts';
import { encodeBlob } from '#engine/chunks/data-blob.ts';
import { type Digest, digestOf } from '#engine/chunks/digest.ts';
import { flush } from '../measuring/page-cache.ts';
import { makeStore, openStore } from './open-engine.ts';
import type { StoreFigures } from './store-figures.ts';

/** The chunk store of the engine alone: no network, no database. Beside it a plain write of the same files. */

const CHUNK = 4 * 1024 * 1024;
const IN_FLIGHT = 2 * availableParallelism();
const [image = '', root = '', count = '0', rounds = '1'] = process.argv.slice(2);

interface Made {
  digest: Digest;
  sizeBytes: number;
  encoded: Uint8Array;
}

const made = makeChunks(Number(count));
const sum = (pick: (chunk: Made) => number) => made.reduce((total, chunk) => total + pick(chunk), 0);
const store = await open(join(root, 'store'));
const figures: StoreFigures[] = [];
for (let round = 0; round < Number(rounds); round += 1) figures.push(await measure());
console.log(JSON.stringify(figures));
process.exit(0);

async function measure(): Promise<StoreFigures> {
  const newSeconds = await timed(() => ingestAll(false));
  const againSeconds = await timed(() => ingestAll(true));
  const touchSeconds = await timed(() => each(markUsed));
  const writeSeconds = await timed(writePlainly);
  for (const { digest, sizeBytes } of made) await store.chunks.loadPayload(digest, sizeBytes);
  for (const { digest } of made) fs.rmSync(join(root, 'store', chunkKey(digest)));
  fs.rmSync(join(root, 'plain'), { recursive: true });
  const [payloadBytes, storedBytes] = [sum((chunk) => chunk.sizeBytes), sum((chunk) => chunk.encoded.length)];
  return {
    chunks: made.length,
    payloadBytes,
    storedBytes,
    newSeconds,
    againSeconds,
    touchSeconds,
    writeSeconds,
  };
}

async function markUsed({ digest }: Made): Promise<void> {
  if (!(await store.chunks.touch(digest))) throw new Error('A chunk is missing.');
}

function makeChunks(wanted: number): Made[] {
  const fd = fs.openSync(image, 'r');
  const known = new Set<Digest>();
  const chunks: Made[] = [];
  for (let at = 0; at < fs.fstatSync(fd).size && chunks.length < wanted; at += CHUNK) {
    const payload = Buffer.alloc(CHUNK);
    const sizeBytes = fs.readSync(fd, payload, 0, CHUNK, at);
    const digest = digestOf(payload.subarray(0, sizeBytes));
    if (known.has(digest)) continue;
    known.add(digest);
    chunks.push({
      digest,
      sizeBytes,
      encoded: encodeBlob(payload.subarray(0, sizeBytes), { compress: true }),
    });
  }
  fs.closeSync(fd);
  return chunks;
}

async function open(path: string) {
  const uuid = randomUUID();
  await makeStore(path, uuid);
  return openStore(path, uuid, 'filesystem');
}

function ingestAll(duplicate: boolean): Promise<void> {
  return each(async (chunk) => {
    const encoded = Uint8Array.from(chunk.encoded); // its memory goes over to a thread
    const result = await store.chunks.ingest({ digest: chunk.digest, sizeBytes: chunk.sizeBytes, encoded });
    if (result.duplicate !== duplicate) throw new Error('A chunk was not what it should be, new or known.');
  });
}

async function each(work: (chunk: Made) => Promise<void>): Promise<void> {
  let next = 0;
  const lane = async () => {
    for (let chunk = made[next++]; chunk !== undefined; chunk = made[next++]) await work(chunk);
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, lane));
}

async function writePlainly(): Promise<void> {
  const directory = join(root, 'plain');
  fs.mkdirSync(directory);
  made.forEach((chunk, number) => {
    fs.writeFileSync(join(directory, String(number)), chunk.encoded);
  });
}

async function timed(work: () => Promise<void>): Promise<number> {
  await flush(root);
  const started = performance.now();
  await work();
  await flush(root);
  return (performance.now() - started) / 1000;
}
