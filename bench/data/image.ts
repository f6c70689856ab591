import * as fs from 'node:fs';
import type { SeededRandom } from './random.ts';
import { madeUpText, type RealFile } from './real-files.ts';

export interface ImageFacts {
  path: string;
  bytes: number;
  /** Without holes. */
  dataBytes: number;
}

const BLOCK = 4096;
const KIB = 1024;
const MIB = 1024 * 1024;

/**
 * A sparse disk image with the mix of an ext4 file system: files one behind the other from block to block, tables that
 * are mostly zero, some content that does not compress, and free space as holes (about a third).
 */
export function makeImage(
  path: string,
  bytes: number,
  real: readonly RealFile[],
  random: SeededRandom,
): ImageFacts {
  const fd = fs.openSync(path, 'w');
  let nextFile = 0;
  let dataBytes = 0;
  try {
    fs.ftruncateSync(fd, bytes);
    for (let at = 0; at < bytes; ) {
      const kind = random.next();
      let content: Buffer | null = null;
      if (kind < 0.006) {
        at += random.between(1, 16) * MIB;
      } else if (kind < 0.02) {
        content = table(random, random.between(32, 512) * BLOCK);
      } else if (kind < 0.05) {
        content = random.bytes(random.skewed(64 * KIB, 4 * MIB));
      } else {
        const source = real[nextFile % Math.max(real.length, 1)];
        nextFile += 1;
        content = source ? fs.readFileSync(source.path) : madeUpText(random, random.skewed(4 * KIB, MIB));
      }
      if (content === null) continue;
      const length = Math.min(content.length, bytes - at);
      fs.writeSync(fd, content, 0, length, at);
      dataBytes += length;
      at += Math.ceil(Math.max(length, 1) / BLOCK) * BLOCK;
    }
    fs.fsyncSync(fd);
  } finally {
    fs.closeSync(fd);
  }
  return { path, bytes, dataBytes };
}

/** Like a table of inodes: records of 256 bytes, one in four in use. */
function table(random: SeededRandom, bytes: number): Buffer {
  const out = Buffer.alloc(bytes);
  for (let at = 0; at + 256 <= bytes; at += 256) if (random.next() < 0.25) out.set(random.bytes(48), at);
  return out;
}
