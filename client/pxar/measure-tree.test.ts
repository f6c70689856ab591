import { linkSync, mkdirSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryDirectory } from '#testing/temporary-directory.ts';
import { encodeTree } from './encode-tree.ts';
import { MemorySink } from './fixtures/memory-sink.ts';
import { measureTree } from './measure-tree.ts';

function makeTree(): string {
  const root = temporaryDirectory();
  mkdirSync(join(root, 'etc', 'empty'), { recursive: true });
  mkdirSync(join(root, 'cache'));
  writeFileSync(join(root, 'etc', 'large'), Buffer.alloc(300_000, 1));
  linkSync(join(root, 'etc', 'large'), join(root, 'etc', 'second-name'));
  writeFileSync(join(root, 'etc', 'holes'), '');
  truncateSync(join(root, 'etc', 'holes'), 500_000);
  symlinkSync('large', join(root, 'etc', 'link'));
  for (let i = 0; i < 200; i += 1) writeFileSync(join(root, 'etc', `small-${i}`), 'x');
  writeFileSync(join(root, 'cache', 'left-out'), Buffer.alloc(900_000, 1));
  writeFileSync(join(root, '.pxarexclude'), '/cache/*\n');
  return root;
}

test('a directory measures what its archive will be long, to a few parts in a hundred', () => {
  const root = makeTree();
  const options = { patterns: ['small-1?'] };
  const measured = measureTree({ root, options, stopped: () => false }) ?? 0;
  const { archiveBytes } = encodeTree({ root, options, sink: new MemorySink(65_536) });
  expect(archiveBytes).toBeGreaterThan(800_000);
  expect(Math.abs(measured - archiveBytes) / archiveBytes).toBeLessThan(0.05);
});

test('a measure that is stopped says nothing', () => {
  let entries = 0;
  const stopped = () => {
    entries += 1;
    return entries > 5;
  };
  expect(measureTree({ root: makeTree(), options: {}, stopped })).toBeNull();
});
