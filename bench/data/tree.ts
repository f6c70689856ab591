import * as fs from 'node:fs';
import { dirname, join } from 'node:path';
import type { SeededRandom } from './random.ts';
import { madeUpText, type RealFile } from './real-files.ts';

export interface TreeFacts {
  path: string;
  files: number;
  bytes: number;
}

const RANDOM_SHARE = 0.1;
const LINK_EVERY = 50;

/** A directory tree: real files under their own names, and one in ten of random bytes (photos, archives). */
export function makeTree(
  path: string,
  files: number,
  real: readonly RealFile[],
  random: SeededRandom,
): TreeFacts {
  const randomFiles = Math.round(files * RANDOM_SHARE);
  let bytes = 0;
  for (let number = 0; number < files - randomFiles; number += 1) {
    const source = real[number];
    const target = source ? join(path, 'system', source.path) : join(path, 'text', placeOf(number, 'txt'));
    fs.mkdirSync(dirname(target), { recursive: true });
    if (source) fs.copyFileSync(source.path, target);
    else fs.writeFileSync(target, madeUpText(random, random.skewed(200, 400_000)));
    bytes += fs.statSync(target).size;
    if (number % LINK_EVERY === 0) fs.symlinkSync(target.slice(dirname(target).length + 1), `${target}.link`);
  }
  for (let number = 0; number < randomFiles; number += 1) {
    const target = join(path, 'media', placeOf(number, 'bin'));
    fs.mkdirSync(dirname(target), { recursive: true });
    const content = random.bytes(random.skewed(4096, 1_500_000));
    fs.writeFileSync(target, content);
    bytes += content.length;
  }
  return { path, files, bytes };
}

function placeOf(number: number, extension: string): string {
  return join(String(number % 97), String(number % 7), `${number}.${extension}`);
}
