import * as fs from 'node:fs';
import { join } from 'node:path';
import type { SeededRandom } from './random.ts';

const PLACES = ['/usr/lib', '/usr/share'];
const LARGEST_BYTES = 64 * 1024 * 1024;
const WORDS_BYTES = 4096;

export interface RealFile {
  path: string;
  sizeBytes: number;
}

/** Files of this system in a seeded order; empty where there are none. */
export function findRealFiles(random: SeededRandom): RealFile[] {
  const found: RealFile[] = [];
  for (const place of PLACES) if (fs.existsSync(place)) collect(place, found);
  return random.shuffle(found);
}

function collect(directory: string, found: RealFile[]): void {
  const entries = fs.readdirSync(directory, { withFileTypes: true });
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) collect(path, found);
    if (!entry.isFile()) continue;
    const { size } = fs.statSync(path);
    if (size <= LARGEST_BYTES) found.push({ path, sizeBytes: size });
  }
}

/** Text of made-up words, about as compressible as source code; for systems without real files. */
export function madeUpText(random: SeededRandom, sizeBytes: number): Buffer {
  const words = random.bytes(WORDS_BYTES).toString('hex');
  const out = Buffer.alloc(sizeBytes);
  for (let at = 0; at < sizeBytes; ) {
    const start = random.between(0, words.length - 32);
    at += out.write(`${words.slice(start, start + random.between(3, 20))} `, at, 'latin1');
  }
  return out;
}
