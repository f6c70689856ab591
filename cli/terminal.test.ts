import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { agree, confirmName } from './ask.ts';
import { type Context, UsageError } from './command.ts';
import { Printer } from './print/printer.ts';
import { Terminal } from './terminal.ts';

/** A terminal that somebody sits at, who types `keys` once the question is there. */
function somebody(...keys: string[]) {
  const stdin = Object.assign(new PassThrough(), { isTTY: true, setRawMode: () => {} });
  const stdout = Object.assign(new PassThrough(), { isTTY: true, columns: 80 });
  const stderr = Object.assign(new PassThrough(), { isTTY: true, columns: 80 });
  let shown = '';
  stderr.on('data', (part) => {
    shown += part;
    // The cursor may have been placed behind the question.
    if (/(\[y\/N\] |: )(.\[\d+G)?$/.test(shown)) setImmediate(() => stdin.write(keys.shift() ?? ''));
  });
  const terminal = new Terminal({ stdin, stdout, stderr });
  return { terminal, context: contextOf(terminal), shown: () => shown };
}

function nobody() {
  const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()];
  const terminal = new Terminal({ stdin, stdout, stderr });
  return { terminal, stdin, context: contextOf(terminal) };
}

/** What a question needs of a context. */
function contextOf(terminal: Terminal): Context {
  const options = { format: 'table', quiet: false, color: false, unicode: true, now: 0 } as const;
  return { terminal, print: new Printer(terminal, options) } as unknown as Context;
}

test.each(['y\r', 'Y\r', 'yes\r'])('%j agrees', async (keys) => {
  const { context, shown } = somebody(keys);
  await agree(context, false, ['Goes: everything.'], 'Forget it?');
  expect(shown()).toContain('Goes: everything.');
});

test.each(['\r', 'n\r', 'yeah\r', ' \r'])('%j does not, and nothing happens', async (keys) => {
  await expect(agree(somebody(keys).context, false, [], 'Forget it?')).rejects.toMatchObject({
    code: 'CANCELLED',
  });
});

test('Ctrl-C and the end of input are no answers', async () => {
  for (const keys of ['\u0003', '\u0004']) {
    const asked = somebody(keys).terminal.ask('Forget it? [y/N] ');
    await expect(asked).rejects.toMatchObject({ code: 'CANCELLED' });
  }
});

test('where nobody can answer only --yes agrees', async () => {
  await expect(agree(nobody().context, false, [], 'Forget it?')).rejects.toThrow(UsageError);
  await agree(nobody().context, true, [], 'Forget it?');
});

test('what cannot be undone wants its name typed', async () => {
  await confirmName(somebody('ibs-primary\r').context, [], 'ibs-primary');
  const wrong = confirmName(somebody('ibs-primry\r').context, [], 'ibs-primary');
  await expect(wrong).rejects.toMatchObject({ code: 'CANCELLED' });
});

test('a secret is not shown while it is typed', async () => {
  const { terminal, shown } = somebody('hunter2-hunter2\r');
  expect(await terminal.askSecret('Password: ')).toBe('hunter2-hunter2');
  expect(shown()).toBe('Password: \n');
});

test('piped input is read to its end, but not without a bound', async () => {
  const small = nobody();
  small.stdin.end('two\nlines\n');
  expect(await small.terminal.readAll()).toBe('two\nlines\n');
  const large = nobody();
  large.stdin.end(Buffer.alloc(2 * 1024 * 1024));
  await expect(large.terminal.readAll()).rejects.toMatchObject({ code: 'INPUT_TOO_LARGE' });
});
