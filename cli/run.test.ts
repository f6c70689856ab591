import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { temporaryDirectory } from '#testing/temporary-directory.ts';
import { COMMANDS, NOUNS } from './commands/registry.ts';
import { type Environment, readEnvironment } from './env.ts';
import { GLOBAL_OPTIONS } from './globals.ts';
import { buildProgram, type ParseState } from './program.ts';
import { run } from './run.ts';
import { Terminal } from './terminal.ts';

/** Runs a command line in this process, without a server. */
async function command(
  words: readonly string[],
  more: Partial<Environment> = {},
  columns: number | null = null,
) {
  const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()];
  if (columns !== null) Object.assign(stdout, { isTTY: true, columns });
  stdin.end();
  const home = { HOME: temporaryDirectory(), LANG: 'C.UTF-8' } as unknown as NodeJS.ProcessEnv;
  const nowhere = { defaultDataDirectory: '/nowhere', systemDataDirectory: '/nowhere' };
  const status = await run({
    words,
    environment: { ...readEnvironment(home), ...nowhere, ...more },
    terminal: new Terminal({ stdin, stdout, stderr }),
    clock: { now: () => 0, monotonic: () => 0 },
    signal: new AbortController().signal,
  });
  return { status, out: String(stdout.read() ?? ''), err: String(stderr.read() ?? '') };
}

describe('help', () => {
  test.each(COMMANDS.map((entry) => [entry.name, entry]))(
    'of %s says what it is for',
    async (name, entry) => {
      const { status, out, err } = await command([...name.split(' '), '--help']);
      expect({ status, err }).toEqual({ status: 0, err: '' });
      expect(out).toContain(`${entry.summary}.`);
      expect(out).toContain(`Usage: ironcore-backup ${name}`);
      expect(out).toMatch(/Examples?:\n {2}\S/);
      const { command: definition } = await entry.load();
      for (const value of [...Object.values(definition.arguments), ...Object.values(definition.options)]) {
        expect(value.about, value.flags).not.toBe('');
      }
    },
  );

  test.each(Object.keys(NOUNS))('of %s lists its commands', async (noun) => {
    const { status, out } = await command([noun, '--help']);
    expect(status).toBe(0);
    expect(NOUNS[noun]).not.toBe('');
    for (const { name, summary } of COMMANDS.filter((entry) => entry.name.startsWith(`${noun} `))) {
      expect(out).toContain(`  ${name.split(' ')[1]}`);
      expect(out).toContain(summary);
    }
  });

  test('"help datastore create" is the help of that command, and "help" that of all', async () => {
    expect(await command(['help', 'datastore', 'create'])).toEqual(
      await command(['datastore', 'create', '--help']),
    );
    expect((await command(['help'])).out).toContain('Usage: ironcore-backup COMMAND');
  });

  test.each(COMMANDS.map(({ name }) => name))('of %s fits a terminal of 80 columns', async (name) => {
    const { out } = await command([...name.split(' '), '--help'], {}, 80);
    const [text = ''] = out.split(/^Examples?:$/m);
    expect(text.split('\n').filter((line) => line.length > 80)).toEqual([]);
  });

  test('every example is understood', async () => {
    for (const { load } of COMMANDS) {
      const { command: definition } = await load();
      for (const example of definition.examples) {
        const words = wordsOf(example.replace(/^.*\| /, ''));
        expect(words[0], example).toBe('ironcore-backup');
        await understand(words.slice(1));
      }
    }
  });
});

/** Parses without running; a line that is not understood is thrown. */
async function understand(words: string[]): Promise<void> {
  const state: ParseState = { parser: null, command: null, chosen: null };
  const output = { out: () => {}, err: () => {}, width: 80 };
  await buildProgram(output, state).parseAsync(words, { from: 'user' });
  expect(state.chosen, words.join(' ')).not.toBeNull();
}

/** As a shell splits them. */
function wordsOf(line: string): string[] {
  return [...line.matchAll(/(?:[^\s"']+|"[^"]*"|'[^']*')+/g)].map(([word]) => word.replace(/["']/g, ''));
}

describe('a wrong command line ends with status 2 and says how it is meant', () => {
  test.each<[string, RegExp]>([
    [
      'datastore lst',
      /Unknown command 'lst'\.\nhint: Did you mean list\?\nusage: ironcore-backup datastore COMMAND/,
    ],
    ['datastroe list', /hint: Did you mean datastore\?\nusage: ironcore-backup COMMAND/],
    ['datastore create --nam x', /Unknown option '--nam'\.\nhint: Did you mean --name\?/],
    [
      'datastore create --name x',
      /Missing: --type <type>, --path <path>\.\nusage: ironcore-backup datastore create/,
    ],
    [
      'datastore create --type s4 --name x --path /x',
      /--type: "s4" is not known\.\nhint: Use one of: local\./,
    ],
    ['datastore show', /Missing required argument 'name'/],
    ['datastore list x', /"x" is too many\.\nhint: .*quotes\.\nusage: ironcore-backup datastore list/],
    ['datastore show a b c d', /"b" and 2 more are too many\./],
    ['nothing', /Unknown command 'nothing'\.\nhint: All commands: ironcore-backup --help/],
    ['help nothing', /Unknown command 'nothing'\./],
    ['nothing --help', /Unknown command 'nothing'\./],
    [
      'help datastore nothing',
      /Unknown command 'nothing'\.\n(.*\n)?usage: ironcore-backup datastore COMMAND/,
    ],
    ['task list --limit many', /--limit: "many" is not a whole number/],
    ['task list --state failed --state lost', /--state: "lost" is not known/],
    ['snapshot show vm/12345', /SNAPSHOT: "vm\/12345" does not start with a datastore/],
    ['snapshot forget ibs-primary:vm/1/2026-02-30T00:00:00Z', /is not a snapshot/],
    ['snapshot list ibs-primary:vm/1 --type vm', /--type and the place are given both/],
    ['datastore list --output xml', /--output: "xml" is not known/],
    ['user update alice@ibs --enable --disable', /either enabled or disabled/],
    ['login --server backup', /is not the address of a console/],
  ])('%s', async (line, expected) => {
    const { status, out, err } = await command(line.split(' '));
    expect(err).toMatch(expected);
    expect({ status, out }).toEqual({ status: 2, out: '' });
  });

  test('nothing at all shows the help', async () => {
    for (const words of [[], ['datastore']]) {
      const { status, out, err } = await command(words);
      expect({ status, out }).toEqual({ status: 2, out: '' });
      expect(err).toContain('Commands:');
    }
  });

  test('a wrong form in the environment is named as what it is', async () => {
    const { status, err } = await command(['datastore', 'list'], { output: 'xml' });
    expect(status).toBe(2);
    expect(err).toContain('IBS_OUTPUT is "xml".');
  });
});

test('without a server there is status 6 and a way out', async () => {
  const { status, out, err } = await command(['datastore', 'list']);
  expect({ status, out }).toEqual({ status: 6, out: '' });
  expect(err).toMatch(/^error: No server is known\.\nhint: .*npm start.*login.*\n\(SERVER_UNREACHABLE\)\n$/);
});

test('as json or yaml an error is one line of json', async () => {
  const { status, err } = await command(['datastore', 'list', '--output', 'json']);
  expect(JSON.parse(err)).toMatchObject({ error: { code: 'SERVER_UNREACHABLE', exit: status } });
  for (const form of ['json', 'yaml']) {
    const wrong = await command(['datastore', 'lst', '-o', form]);
    expect(JSON.parse(wrong.err)).toMatchObject({ error: { code: 'INPUT_INVALID', exit: 2 } });
  }
});

test('the version is that of the package', async () => {
  const { version } = JSON.parse(readFileSync(join(import.meta.dirname, '..', 'package.json'), 'utf8'));
  expect((await command(['--version'])).out).toBe(`${version}\n`);
  expect((await command(['version'])).out).toContain(version);
});

describe('docs/cli.md and the pages beside it', () => {
  const docs = join(import.meta.dirname, '..', 'docs');
  const pages = readdirSync(docs)
    .filter((name) => /^cli(-\w+)?\.md$/.test(name))
    .map((name) => readFileSync(join(docs, name), 'utf8'));
  const page = pages.join('\n');

  test.each(COMMANDS.filter(({ hidden }) => !hidden).map(({ name }) => name))(
    'has an example of %s',
    (name) => {
      expect(page).toMatch(new RegExp(`^ironcore-backup ${name}( |$)`, 'm'));
    },
  );

  test('names every option that all commands have, and every variable', () => {
    for (const { flags } of Object.values(GLOBAL_OPTIONS))
      expect(page).toContain(/--[\w-]+/.exec(flags)?.[0]);
    const variables = readFileSync(join(import.meta.dirname, 'env.ts'), 'utf8').matchAll(/variables\.(\w+)/g);
    for (const [, name] of variables) {
      if (name?.startsWith('IBS_') || name === 'NO_COLOR') expect(page).toContain(`\`${name}\``);
    }
  });

  test('shows only commands that are understood', async () => {
    for (const [line] of page.matchAll(/^ironcore-backup .*$/gm)) {
      await understand(wordsOf(line.replace(/\s+#.*$/, '')).slice(1));
    }
  });

  test('each stays short enough to be read', () => {
    for (const each of pages) expect(each.split('\n').length).toBeLessThanOrEqual(200);
  });
});
