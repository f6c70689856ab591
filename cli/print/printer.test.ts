import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { Terminal } from '../terminal.ts';
import { type OutputFormat, Printer } from './printer.ts';

const AT = new Date('2026-05-02T08:11:33Z');

function printer(format: OutputFormat, more: { quiet?: boolean; isTTY?: boolean; unicode?: boolean } = {}) {
  const streams = {
    stdin: new PassThrough(),
    stdout: Object.assign(new PassThrough(), { isTTY: more.isTTY ?? false, columns: 80 }),
    stderr: Object.assign(new PassThrough(), { isTTY: more.isTTY ?? false, columns: 80 }),
  };
  const { quiet = false, unicode = true } = more;
  const now = AT.getTime() + 3 * 3_600_000;
  const print = new Printer(new Terminal(streams), { format, quiet, color: true, unicode, now });
  const read = (stream: PassThrough) => String(stream.read() ?? '');
  return { print, out: () => read(streams.stdout), err: () => read(streams.stderr) };
}

const ROWS = [{ name: 'ibs-primary', at: AT, size: null }];

test('json is exactly the objects of the API, with ISO times', async () => {
  const { print, out, err } = printer('json');
  await print.list(ROWS, [], '');
  expect(JSON.parse(out())).toEqual([{ name: 'ibs-primary', at: '2026-05-02T08:11:33.000Z', size: null }]);
  expect(err()).toBe('');
});

test('yaml has the same shape', async () => {
  const { print, out } = printer('yaml');
  await print.list(ROWS, [], '');
  expect(out()).toBe('- name: ibs-primary\n  at: 2026-05-02T08:11:33.000Z\n  size: null\n');
});

test('an empty list is empty on standard output and helps on standard error', async () => {
  for (const [format, expected] of [
    ['table', ''],
    ['json', '[]\n'],
    ['yaml', '[]\n'],
  ] as const) {
    const { print, out, err } = printer(format);
    await print.list([], [{ header: 'NAME', cell: () => '' }], 'Make one.');
    expect(out()).toBe(expected);
    expect(err()).toBe('Make one.\n');
  }
});

test('--quiet keeps results and warnings, and drops deeds and hints', async () => {
  const { print, out, err } = printer('table', { quiet: true });
  print.say('a hint');
  print.warn('a warning');
  await print.done({}, 'Done.');
  await print.value(1, () => ['a result']);
  expect(out()).toBe('a result\n');
  expect(err()).toBe('a warning\n');
});

test('people read how long ago it was, files keep the time itself', () => {
  expect(printer('table', { isTTY: true }).print.cells.when(AT).replace('\u00a0', ' ')).toBe('3 h ago');
  expect(printer('table').print.cells.when(AT)).toBe('2026-05-02T08:11:33Z');
  expect(printer('table').print.cells.when(null)).toBe('—');
});

test('there is no colour where nobody looks, and only ASCII where nothing else is understood', async () => {
  const piped = printer('table');
  await piped.print.value(1, () => [piped.print.paint('bad', 'x')]);
  expect(piped.out()).toBe('x\n');
  const shown = printer('table', { isTTY: true });
  expect(shown.print.paint('bad', 'x')).toBe('\u001b[31mx\u001b[39m');
  const ascii = printer('table', { unicode: false });
  await ascii.print.value(1, () => ['1\u00a0GiB — 7×']);
  expect(ascii.out()).toBe('1 GiB - 7x\n');
});

test('several deeds are one list for programs, also when a later one fails', async () => {
  const { print, out } = printer('json');
  const deeds = (async function* () {
    yield { value: { id: 1 }, line: '1 done.' };
    yield { value: { id: 2 }, line: '2 done.' };
    throw new Error('the third');
  })();
  await expect(print.deeds(deeds)).rejects.toThrow('the third');
  expect(JSON.parse(out())).toEqual([{ id: 1 }, { id: 2 }]);
});
