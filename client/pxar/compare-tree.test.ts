import { randomBytes } from 'node:crypto';
import * as fs from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { setXattr } from '#engine/posix.ts';
import { temporaryDirectory } from '#testing/temporary-directory.ts';
import { CompareTree } from './compare-tree.ts';
import { encodeTree } from './encode-tree.ts';
import { MemorySink } from './fixtures/memory-sink.ts';
import { PxarParser } from './pxar-parser.ts';
import type { Omission } from './restore-report.ts';
import { RestoreTree } from './restore-tree.ts';

/** A tree that was archived and restored, then changed behind everybody's back. */

let restored: string;
let archive: Buffer;
let omitted: ReadonlySet<Omission>;

function makeTree(): string {
  const root = temporaryDirectory();
  fs.mkdirSync(join(root, 'etc', 'empty'), { recursive: true });
  fs.writeFileSync(join(root, 'etc', 'large'), randomBytes(3_000_000));
  fs.writeFileSync(join(root, 'etc', 'small'), 'small');
  fs.linkSync(join(root, 'etc', 'large'), join(root, 'etc', 'second-name'));
  fs.symlinkSync('small', join(root, 'etc', 'link'));
  fs.writeFileSync(join(root, 'shut'), 'nobody reads it', { mode: 0o000 });
  setXattr(join(root, 'etc', 'small'), 'user.kind', Buffer.from('small'));
  return root;
}

beforeEach(() => {
  const sink = new MemorySink(65_536);
  encodeTree({ root: makeTree(), options: {}, sink });
  archive = sink.bytes;
  restored = join(temporaryDirectory(), 'restored');
  const tree = new RestoreTree({ target: restored, options: { flags: false } });
  const parser = new PxarParser(tree);
  parser.write(archive);
  parser.end();
  omitted = new Set([...tree.finish().omitted, 'flags', 'project']);
});

/** In pieces, as they come from a datastore. */
function compare() {
  const differences: string[] = [];
  const tree = new CompareTree({
    ...{ target: restored, omitted },
    report: ({ path, what }) => differences.push(`${path}: ${what}`),
  });
  const parser = new PxarParser(tree);
  try {
    for (let at = 0; at < archive.length; at += 100_000) parser.write(archive.subarray(at, at + 100_000));
    parser.end();
  } finally {
    tree.close();
  }
  return { differences, totals: tree.totals };
}

test('what nobody touched is the same, also what forbids to be read', () => {
  expect(compare()).toEqual({
    differences: [],
    totals: { files: 3, hashes: 3, bytes: 3_000_000 + 5 + 'nobody reads it'.length },
  });
});

const inEtc = (name: string) => join(restored, 'etc', name);

test.each<[string, () => void, string]>([
  [
    'one bit of a large file',
    () => {
      const bytes = fs.readFileSync(inEtc('large'));
      bytes[2_000_000] = (bytes[2_000_000] ?? 0) ^ 1;
      fs.writeFileSync(inEtc('large'), bytes);
    },
    '/etc/large: its content has the hash',
  ],
  [
    'a shorter file',
    () => fs.truncateSync(inEtc('large'), 1_000_000),
    '/etc/large: it has 1000000 bytes, and 3000000',
  ],
  ['a longer file', () => fs.appendFileSync(inEtc('small'), '!'), '/etc/small: it has 6 bytes, and 5'],
  ['rights', () => fs.chmodSync(inEtc('small'), 0o777), '/etc/small: its mode is 0777, and 0644'],
  ['a time', () => fs.utimesSync(inEtc('small'), 5, 5), '/etc/small: its time is 5.000000000, and '],
  [
    'an attribute',
    () => setXattr(inEtc('small'), 'user.kind', Buffer.from('other')),
    '/etc/small: its attributes are',
  ],
  ['a missing file', () => fs.rmSync(inEtc('small')), '/etc/small: it is not there'],
  ['a missing directory', () => fs.rmdirSync(inEtc('empty')), '/etc/empty: it is not there'],
  ['something more', () => fs.writeFileSync(inEtc('more'), ''), '/etc: it holds 6 entries, and 5'],
  [
    'a link that leads elsewhere',
    () => {
      fs.rmSync(inEtc('link'));
      fs.symlinkSync('large', inEtc('link'));
    },
    '/etc/link: it leads elsewhere',
  ],
  [
    'a second name that became a file of its own',
    () => {
      fs.rmSync(inEtc('second-name'));
      fs.copyFileSync(inEtc('large'), inEtc('second-name'));
    },
    '/etc/second-name: it is not one more name of its file',
  ],
  [
    'a link in the place of a file',
    () => {
      fs.renameSync(inEtc('small'), join(restored, '..', 'moved'));
      fs.symlinkSync(join(restored, '..', 'moved'), inEtc('small'));
    },
    '/etc/small: it is a symlink, and a file in the backup',
  ],
])('%s is told', (_what, harm, words) => {
  harm();
  const { differences } = compare();
  expect(differences).toContainEqual(expect.stringContaining(words));
});
