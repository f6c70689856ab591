import * as fs from 'node:fs';
import { filesBelow } from './files-below.ts';
import type { SeededRandom } from './random.ts';

const KIB = 1024;
const BLOCK = 4096;

/** Changes one file in a hundred: a part of it, its end, or all of it. Returns how many. */
export function changeTree(path: string, random: SeededRandom): number {
  const files = random.shuffle(filesBelow(path));
  const chosen = files.slice(0, Math.ceil(files.length / 100));
  for (const file of chosen) {
    const { size } = fs.statSync(file);
    const how = random.next();
    if (how < 0.4) overwrite(file, random.bytes(Math.min(size, BLOCK)), random.between(0, size));
    else if (how < 0.8) fs.appendFileSync(file, random.bytes(random.between(10, 8 * KIB)));
    else fs.writeFileSync(file, random.bytes(size));
  }
  return chosen.length;
}

/** Changes one block in a hundred, in runs of 64 KiB to 1 MiB as file systems write them. */
export function changeImage(path: string, random: SeededRandom): number {
  const { size } = fs.statSync(path);
  const goal = size / 100;
  let changed = 0;
  while (changed < goal) {
    const bytes = random.between(16, 256) * BLOCK;
    const at = random.between(0, Math.floor((size - bytes) / BLOCK)) * BLOCK;
    overwrite(path, random.bytes(bytes), at);
    changed += bytes;
  }
  return changed;
}

function overwrite(file: string, content: Buffer, at: number): void {
  const fd = fs.openSync(file, 'r+');
  try {
    fs.writeSync(fd, content, 0, content.length, at);
  } finally {
    fs.closeSync(fd);
  }
}
