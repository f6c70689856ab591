import * as fs from 'node:fs';
import { join } from 'node:path';
import { run } from '../measuring/measure.ts';
import { linesOf, versionOf } from './installed.ts';
import type { BackupWay, Keeper, PeerContext, Source } from './peer.ts';

/** restic with a local repository: compression `auto`; it always encrypts. */
export function resticPeer({ meter, workspace }: PeerContext): Keeper {
  const home = workspace.directory('restic');
  const passwordFile = join(home, 'password');
  fs.writeFileSync(passwordFile, 'benchmark\n', { mode: 0o600 });
  let repository = '';
  const environment = () => ({
    RESTIC_REPOSITORY: repository,
    RESTIC_PASSWORD_FILE: passwordFile,
    RESTIC_CACHE_DIR: join(home, 'cache'),
    RESTIC_COMPRESSION: 'auto',
    TMPDIR: home,
  });
  return {
    name: 'restic',
    describe: () => {
      const version = versionOf('restic', 'version');
      const [, number] = version?.match(/^restic (\S+)/) ?? [];
      return version && `${number}, compression auto, encrypted (cannot be turned off)`;
    },
    async start(round) {
      repository = workspace.path('restic', round);
      await run({ words: ['restic', 'init'], environment: environment() });
    },
    backup: (source, way) =>
      meter.measure({
        words: ['restic', 'backup', '--quiet', ...flags(way), source.name],
        directory: source.directory,
        environment: environment(),
        written: home,
      }),
    async restore(source, target) {
      const words = ['restic', 'restore', 'latest', '--quiet', '--target', target];
      const measured = await meter.measure({ words, environment: environment(), written: target });
      return { ...measured, copy: placeOf(source, target) };
    },
    store: () => repository,
    check: () =>
      meter.measure({
        words: ['restic', 'check', '--quiet', '--read-data'],
        environment: environment(),
        written: home,
      }),
    age: () => {},
    async prune(keep) {
      const words = ['restic', 'forget', '--quiet', '--keep-last', String(keep), '--prune'];
      const measured = await meter.measure({ words, environment: environment(), written: home });
      return [{ name: 'forget --prune', measured }];
    },
    async count() {
      const words = ['restic', 'list', 'snapshots', '--quiet'];
      return linesOf((await run({ words, environment: environment() })).output);
    },
    async finish() {
      fs.rmSync(repository, { recursive: true, force: true });
    },
  };
}

function flags(way: BackupWay): string[] {
  return way === 'again' ? ['--force'] : [];
}

/** Older versions keep the whole path. */
function placeOf(source: Source, target: string): string {
  const short = join(target, source.name);
  return fs.existsSync(short) ? short : join(target, source.directory, source.name);
}
