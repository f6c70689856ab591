import { truncateSync, writeFileSync } from 'node:fs';
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
  ['a.pxar:DIR/nowhere', 'SOURCE_NOT_FOUND', 'DIR/nowhere does not exist.'],
  ['a.img:DIR/nowhere/disk', 'SOURCE_NOT_FOUND', 'DIR/nowhere/disk does not exist.'],
  ['a.conf:DIR/file/x', 'SOURCE_NOT_FOUND', 'DIR/file/x does not exist: a part of the path is no directory.'],
  ['a.img:DIR', 'INPUT_INVALID', 'DIR is a directory.'],
  ['a.pxar:DIR/file', 'INPUT_INVALID', 'DIR/file is no directory.'],
  ['a.conf:DIR', 'INPUT_INVALID', 'DIR is a directory.'],
  ['a.img:/dev/null', 'INPUT_INVALID', '/dev/null is neither a regular file nor a block device.'],
  ['a.img:DIR/empty', 'SOURCE_UNREADABLE', 'DIR/empty is empty.'],
  ['a.conf:DIR/large', 'INPUT_TOO_LARGE', 'DIR/large is larger than 16 MiB, the most for a file of its own.'],
])('%s is refused before anything is sent: %s', (text, code, message) => {
  writeFileSync(join(directory, 'empty'), '');
  writeFileSync(join(directory, 'large'), '');
  truncateSync(join(directory, 'large'), 16 * 1024 * 1024 + 1);
  const sources = parseSources([text.replace('DIR', directory)]);
  expect(() => checkSources(sources)).toThrow(
    expect.objectContaining({ code, message: message.replace('DIR', directory) }),
  );
});

test('a name that no archive can have is refused as it was typed', () => {
  expect(() => parseSources([`my root.pxar:${directory}`])).toThrow(
    expect.objectContaining({ code: 'NAME_INVALID', message: '"my root.pxar" cannot name an archive.' }),
  );
});

test('two sources of one name are refused', () => {
  expect(() => parseSources([`a.img:${file}`, `a.img:${directory}`])).toThrow(
    expect.objectContaining({ code: 'INPUT_INVALID' }),
  );
});
