import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { temporaryDirectory } from '#testing/temporary-directory.ts';
import { checkSources, parseSources } from './sources.ts';

let directory: string;
let file: string;

beforeEach(() => {
  directory = temporaryDirectory();
  file = join(directory, 'file');
  writeFileSync(file, 'content');
});

test('what can be backed up is let through', () => {
  expect(() =>
    checkSources(parseSources([`a.img:${file}`, `b.pxar:${directory}`, `c.conf:${file}`])),
  ).not.toThrow();
});

test.each([
  ['a.pxar:DIR/nowhere', 'DIR/nowhere does not exist.'],
  ['a.img:DIR/nowhere/disk', 'DIR/nowhere/disk does not exist.'],
  ['a.conf:DIR/file/x', 'DIR/file/x does not exist: a part of the path is no directory.'],
  ['a.img:DIR', 'DIR is neither a regular file nor a block device.'],
  ['a.pxar:DIR/file', 'DIR/file is no directory.'],
  ['a.conf:DIR', 'DIR is a directory.'],
  ['a.img:/dev/null', '/dev/null is neither a regular file nor a block device.'],
])('%s is refused before anything is sent', (text, message) => {
  const sources = parseSources([text.replace('DIR', directory)]);
  expect(() => checkSources(sources)).toThrow(
    expect.objectContaining({ code: 'SOURCE_UNREADABLE', message: message.replace('DIR', directory) }),
  );
});

test('two sources of one name are refused', () => {
  expect(() => parseSources([`a.img:${file}`, `a.img:${directory}`])).toThrow(
    expect.objectContaining({ code: 'INPUT_INVALID' }),
  );
});
