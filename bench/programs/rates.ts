import { hash } from 'node:crypto';
import * as fs from 'node:fs';
import { availableParallelism } from 'node:os';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { RATES, type Rates } from './rate-names.ts';

/** How fast this machine hashes and compresses real chunks in memory, on as many threads as there are cores. */

const CHUNK = 4 * 1024 * 1024;
const CHUNKS = 24;
const ROUNDS = 3;

if (isMainThread) await lead(process.argv[2] ?? '');
else serve();

async function lead(file: string): Promise<void> {
  const threads = availableParallelism();
  const workers = Array.from(
    { length: threads },
    (_, number) => new Worker(new URL(import.meta.url), { workerData: { file, number, threads } }),
  );
  const [packed = 1] = await all(workers, 'ready');
  const mbPerSecond = {} as Rates['mbPerSecond'];
  for (const rate of RATES) {
    const times: number[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      const started = performance.now();
      await all(workers, rate);
      times.push((performance.now() - started) / 1000);
    }
    mbPerSecond[rate] = (threads * CHUNKS * CHUNK) / 1e6 / Math.min(...times);
  }
  for (const worker of workers) await worker.terminate();
  console.log(JSON.stringify({ threads, mbPerSecond, packed } satisfies Rates));
}

function all(workers: readonly Worker[], message: string): Promise<number[]> {
  return Promise.all(
    workers.map((worker) => {
      worker.postMessage(message);
      return new Promise<number>((resolve, reject) => {
        worker.once('error', reject);
        worker.once('message', resolve);
      });
    }),
  );
}

function serve(): void {
  const { file, number, threads } = workerData as { file: string; number: number; threads: number };
  const chunks = readChunks(file, number, threads);
  const packed = chunks.map((chunk) => zstd(chunk, 1));
  const size = (list: readonly Buffer[]) => list.reduce((sum, part) => sum + part.length, 0);
  const work: Record<string, () => void> = {
    'SHA-256': () => {
      for (const chunk of chunks) hash('sha256', chunk);
    },
    'zstd level 1': () => {
      for (const chunk of chunks) free(zstd(chunk, 1));
    },
    'zstd level 3': () => {
      for (const chunk of chunks) free(zstd(chunk, 3));
    },
    'zstd decompress': () => {
      for (const part of packed) free(zstdDecompressSync(part, { chunkSize: CHUNK + 1024 }));
    },
  };
  parentPort?.on('message', (name: string) => {
    work[name]?.();
    parentPort?.postMessage(size(packed) / size(chunks));
  });
}

/** Chunks that hold data, each thread its own ones. */
function readChunks(file: string, number: number, threads: number): Buffer[] {
  const fd = fs.openSync(file, 'r');
  const total = Math.floor(fs.fstatSync(fd).size / CHUNK);
  const zeros = Buffer.alloc(CHUNK);
  const chunks: Buffer[] = [];
  for (let at = number; chunks.length < CHUNKS; at += threads) {
    const chunk = Buffer.allocUnsafeSlow(CHUNK);
    fs.readSync(fd, chunk, 0, CHUNK, (at % total) * CHUNK);
    if (!chunk.equals(zeros)) chunks.push(chunk);
  }
  fs.closeSync(fd);
  return chunks;
}

function zstd(chunk: Buffer, level: number): Buffer {
  return zstdCompressSync(chunk, {
    chunkSize: chunk.length + 64 * 1024,
    pledgedSrcSize: chunk.length,
    params: { [constants.ZSTD_c_compressionLevel]: level },
  });
}

function free(buffer: Buffer): void {
  (buffer.buffer as ArrayBuffer).transfer(0);
}
