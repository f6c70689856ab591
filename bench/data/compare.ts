import * as fs from 'node:fs';
import { join } from 'node:path';

const PIECE = 4 * 1024 * 1024;

/** Fails when `copy` is not `original`: names, kinds, modes, times to the second, link targets and every byte. */
export function requireSame(original: string, copy: string): void {
  const a = fs.lstatSync(original);
  const b = fs.lstatSync(copy);
  if (a.mode !== b.mode)
    throw different(copy, `its mode is ${b.mode.toString(8)}, not ${a.mode.toString(8)}`);
  if (a.isDirectory()) {
    requireSameDirectory(original, copy);
    return;
  }
  if (Math.floor(a.mtimeMs / 1000) !== Math.floor(b.mtimeMs / 1000))
    throw different(copy, 'its time differs');
  if (!a.isSymbolicLink()) requireSameContent(original, copy);
  else if (fs.readlinkSync(original) !== fs.readlinkSync(copy)) throw different(copy, 'it points elsewhere');
}

function requireSameDirectory(original: string, copy: string): void {
  const names = fs.readdirSync(original).sort();
  const found = fs.readdirSync(copy).sort();
  if (names.join('\0') !== found.join('\0')) throw different(copy, 'it has other entries');
  for (const name of names) requireSame(join(original, name), join(copy, name));
}

const buffers: [Buffer, Buffer] = [Buffer.alloc(PIECE), Buffer.alloc(PIECE)];

export function requireSameContent(original: string, copy: string): void {
  const [left, right] = buffers;
  const a = fs.openSync(original, 'r');
  const b = fs.openSync(copy, 'r');
  try {
    if (fs.fstatSync(a).size !== fs.fstatSync(b).size) throw different(copy, 'its size differs');
    for (let at = 0; ; ) {
      const count = fs.readSync(a, left, 0, PIECE, at);
      const other = fs.readSync(b, right, 0, PIECE, at);
      if (count !== other || left.compare(right, 0, other, 0, count) !== 0)
        throw different(copy, `its content differs from byte ${at} on`);
      if (count === 0) return;
      at += count;
    }
  } finally {
    fs.closeSync(a);
    fs.closeSync(b);
  }
}

function different(path: string, why: string): Error {
  return new Error(`The restored ${path} is not what was backed up: ${why}.`);
}
