import { hash } from 'node:crypto';
import * as fs from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { isMainThread, Worker, workerData } from 'node:worker_threads';
import { formatSnapshotTime } from '#domain/ids.ts';
import { CHUNK_ROOT, chunkDirectoryName } from '#engine/chunks/chunk-key.ts';
import { DIGEST_BYTES } from '#engine/chunks/digest.ts';
import { CHUNK_SIZE_AT, makeHeader, SIZE_AT } from '#engine/indexes/index-header.ts';
import { SeededRandom } from '../data/random.ts';
import type { GcStoreFacts, GcStoreJob } from './gc-figures.ts';
import { makeStore } from './open-engine.ts';

/**
 * Fills a datastore for garbage collections, which look at names and never into a chunk: small files under valid names,
 * and indexes that refer to them. Neighbouring groups have half of their chunks in common, and from one snapshot of a
 * group to the next one entry in a hundred is another one. One chunk in fifty is garbage.
 */

const GROUPS = 10;
const SNAPSHOTS_A_GROUP = 10;
const CHANGED_SHARE = 0.01;
const GARBAGE_SHARE = 0.02;
const CHUNK_BYTES = 4 * 1024 * 1024;
const FIRST_TIME = 1_700_000_000;
const DAY_SECONDS = 86_400;
const CHECKSUM_AT = 32;

interface ThreadJob extends GcStoreJob {
  number: number;
  threads: number;
}

if (isMainThread) await lead(JSON.parse(process.argv[2] ?? '{}') as GcStoreJob);
else makeFiles(workerData as ThreadJob);

async function lead(job: GcStoreJob): Promise<void> {
  await makeStore(job.path, job.uuid);
  const threads = availableParallelism();
  const files = Array.from({ length: threads }, (_, number) => fileThread({ ...job, number, threads }));
  const garbage = makeIndexes(job);
  await Promise.all(files);
  const facts: GcStoreFacts = { snapshots: GROUPS * SNAPSHOTS_A_GROUP, groups: GROUPS, garbage };
  console.log(JSON.stringify(facts));
}

function fileThread(data: ThreadJob): Promise<void> {
  return new Promise((resolve, reject) => {
    const thread = new Worker(new URL(import.meta.url), { workerData: data });
    thread.once('error', reject);
    thread.once('exit', () => resolve());
  });
}

/** All of them, one behind the other, by the number of the chunk. */
function digestsOf(chunks: number): Buffer {
  return new SeededRandom('chunks').bytes(chunks * DIGEST_BYTES);
}

/** Directory by directory, of which each thread has its own ones: that is fastest for the filesystem. */
function makeFiles({ path, chunks, number, threads }: ThreadJob): void {
  const digests = digestsOf(chunks);
  const directoryOf = (chunk: number) => digests.readUInt16BE(chunk * DIGEST_BYTES);
  const sorted = Float64Array.from({ length: chunks }, (_, chunk) => directoryOf(chunk) * chunks + chunk);
  const content = Buffer.alloc(64);
  for (const value of sorted.sort()) {
    const directory = Math.floor(value / chunks);
    if (directory % threads !== number) continue;
    const at = (value % chunks) * DIGEST_BYTES;
    const name = digests.toString('hex', at, at + DIGEST_BYTES);
    fs.writeFileSync(`${path}/${CHUNK_ROOT}/${chunkDirectoryName(directory)}/${name}`, content);
  }
}

/** Returns how many chunks none of them refers to. */
function makeIndexes({ path, chunks, references }: GcStoreJob): number {
  const digests = digestsOf(chunks);
  const random = new SeededRandom('indexes');
  const entries = Math.floor(references / (GROUPS * SNAPSHOTS_A_GROUP));
  const needed = chunks - Math.round(chunks * GARBAGE_SHARE);
  const used = new Uint8Array(chunks);
  const body = Buffer.alloc(entries * DIGEST_BYTES);
  const refer = (position: number, chunk: number) => {
    digests.copy(body, position * DIGEST_BYTES, chunk * DIGEST_BYTES, (chunk + 1) * DIGEST_BYTES);
    used[chunk] = 1;
  };
  for (let group = 0; group < GROUPS; group += 1) {
    const first = Math.floor((needed * group) / GROUPS);
    for (let at = 0; at < entries; at += 1) refer(at, (first + at) % needed);
    for (let number = 0; number < SNAPSHOTS_A_GROUP; number += 1) {
      const changes = number === 0 ? 0 : Math.round(entries * CHANGED_SHARE);
      for (let change = 0; change < changes; change += 1) {
        refer(random.between(0, entries - 1), random.between(0, needed - 1));
      }
      writeIndex(join(path, 'vm', String(100 + group)), FIRST_TIME + number * DAY_SECONDS, body);
    }
  }
  return used.reduce((left, isUsed) => left - isUsed, chunks);
}

function writeIndex(group: string, time: number, body: Buffer): void {
  const snapshot = join(group, formatSnapshotTime(time));
  fs.mkdirSync(snapshot, { recursive: true });
  const header = makeHeader('fixed', time);
  const bytes = BigInt(body.length / DIGEST_BYTES) * BigInt(CHUNK_BYTES);
  header.writeBigUInt64LE(bytes, SIZE_AT);
  header.writeBigUInt64LE(BigInt(CHUNK_BYTES), CHUNK_SIZE_AT);
  header.set(hash('sha256', body, 'buffer'), CHECKSUM_AT);
  fs.writeFileSync(join(snapshot, 'drive-scsi0.img.fidx'), Buffer.concat([header, body]));
}
