import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import { join } from 'node:path';

/** Real files to back up, the same at each run, and a description of a tree that can be compared. */

const LINE = 'The quick brown fox jumps over the lazy dog while the disk spins on. ';

/** A tree with `files` regular files and every other kind of entry that a backup has to keep. */
export function makeTree(root: string, files: number): void {
  const perDirectory = 200;
  for (let number = 0; number < files; number += 1) {
    const directory = join(
      root,
      `d${Math.floor(number / perDirectory / 10)}`,
      `e${Math.floor(number / perDirectory)}`,
    );
    if (number % perDirectory === 0) fs.mkdirSync(directory, { recursive: true });
    fs.writeFileSync(join(directory, `file-${number}.txt`), contentOf(number));
  }
  const odd = join(root, 'odd');
  fs.mkdirSync(odd);
  fs.writeFileSync(join(odd, 'empty'), '');
  fs.writeFileSync(join(odd, 'name with spaces and ünïcödé'), 'x');
  fs.writeFileSync(Buffer.concat([Buffer.from(`${odd}/not-utf8-`), Buffer.from([0xff, 0xfe])]), 'y');
  fs.linkSync(join(odd, 'empty'), join(odd, 'hardlink'));
  fs.symlinkSync('../odd/nowhere', join(odd, 'symlink'));
  fs.writeFileSync(join(odd, 'script'), '#!/bin/sh\n', { mode: 0o755 });
  const sparse = fs.openSync(join(odd, 'sparse'), 'w');
  fs.writeSync(sparse, 'end', 32 * 1024 * 1024);
  fs.closeSync(sparse);
  fs.utimesSync(join(odd, 'script'), 1_000_000_000.123, 1_000_000_000.456);
  fs.chmodSync(odd, 0o750);
}

/** Small files that compress, and some that do not. */
function contentOf(number: number): Buffer {
  const seed = createHash('sha512').update(String(number)).digest();
  const length = 200 + (seed[0] ?? 0) * 24;
  if (number % 4 === 0) {
    const parts = Array.from({ length: Math.ceil(length / 64) }, (_, at) =>
      createHash('sha512').update(`${number}/${at}`).digest(),
    );
    return Buffer.concat(parts);
  }
  return Buffer.from(`${number} ${LINE.repeat(Math.ceil(length / LINE.length))}`);
}

/** A sparse ext4 image, filled with a tree; its holes stay holes. */
export function makeExt4Image(file: string, sizeBytes: number, tree: string): void {
  const image = fs.openSync(file, 'w');
  fs.ftruncateSync(image, sizeBytes);
  fs.closeSync(image);
  const path = `${process.env.PATH ?? ''}:/usr/sbin:/sbin`;
  execFileSync('mkfs.ext4', ['-q', '-F', '-d', tree, file], { env: { ...process.env, PATH: path } });
}

/** One line an entry, with all that must come back: kind, mode, owner, times, size, content, links. */
export function describeTree(root: string): Map<string, string> {
  const found = new Map<string, string>();
  const firstName = new Map<bigint, string>();
  const walk = (path: Buffer, name: string) => {
    const stat = fs.lstatSync(path, { bigint: true });
    const parts = [stat.mode, stat.uid, stat.gid, stat.isDirectory() ? 0n : stat.size].map(String);
    parts.push(String(stat.mtimeNs));
    if (stat.isSymbolicLink()) parts.push(fs.readlinkSync(path));
    if (stat.isFile()) {
      parts.push(digestOf(path));
      if (stat.nlink > 1n) {
        const first = firstName.get(stat.ino) ?? name;
        firstName.set(stat.ino, first);
        parts.push(`=${first}`);
      }
    }
    found.set(name, parts.join(' '));
    if (!stat.isDirectory()) return;
    const names = fs.readdirSync(path, { encoding: 'buffer' }).sort(Buffer.compare);
    for (const child of names) {
      walk(Buffer.concat([path, Buffer.from('/'), child]), `${name}/${child.toString('latin1')}`);
    }
  };
  walk(Buffer.from(root), '');
  return found;
}

export function digestOf(path: string | Buffer): string {
  const hash = createHash('sha256');
  const fd = fs.openSync(path, 'r');
  const buffer = Buffer.allocUnsafe(4 * 1024 * 1024);
  for (;;) {
    const length = fs.readSync(fd, buffer, 0, buffer.length, null);
    if (length === 0) break;
    hash.update(buffer.subarray(0, length));
  }
  fs.closeSync(fd);
  return hash.digest('hex');
}
