import * as fs from 'node:fs';
import { join } from 'node:path';
import { run } from '../measuring/measure.ts';
import { linesOf, versionOf } from './installed.ts';
import type { BackupWay, Keeper, PeerContext, Source } from './peer.ts';

const IMAGE_CHUNKS = 'fixed,4194304';

/** borg with a local repository: zstd level 1, no encryption, fixed chunks of 4 MiB for images. */
export function borgPeer({ meter, workspace }: PeerContext): Keeper {
  const home = workspace.directory('borg');
  let repository = '';
  let archives = 0;
  const environment = () => ({
    BORG_REPO: repository,
    BORG_BASE_DIR: home,
    TMPDIR: home,
    BORG_UNKNOWN_UNENCRYPTED_REPO_ACCESS_IS_OK: 'yes',
    BORG_RELOCATED_REPO_ACCESS_IS_OK: 'yes',
  });
  const measure = (...words: string[]) =>
    meter.measure({ words: ['borg', ...words], environment: environment(), written: home });
  return {
    name: 'borg',
    describe: () => {
      const version = versionOf('borg', '--version');
      return version && `${version.replace('borg ', '')}, zstd,1, encryption none`;
    },
    async start(round) {
      repository = workspace.path('borg', round);
      await run({ words: ['borg', 'init', '--encryption=none'], environment: environment() });
    },
    backup(source, way) {
      archives += 1;
      return meter.measure({
        words: [
          'borg',
          'create',
          '--compression',
          'zstd,1',
          ...flags(source, way),
          `::${archives}`,
          source.name,
        ],
        directory: source.directory,
        environment: environment(),
        written: home,
      });
    },
    async restore(source, target) {
      const words = ['borg', 'extract', ...(source.kind === 'image' ? ['--sparse'] : []), `::${archives}`];
      const measured = await meter.measure({
        words,
        directory: target,
        environment: environment(),
        written: target,
      });
      return { ...measured, copy: join(target, source.name) };
    },
    store: () => repository,
    check: () => measure('check', '--verify-data'),
    age: () => {},
    async prune(keep) {
      const pruned = await measure('prune', '--keep-last', String(keep));
      return [
        { name: 'prune', measured: pruned },
        { name: 'compact', measured: await measure('compact') },
      ];
    },
    async count() {
      return linesOf((await run({ words: ['borg', 'list', '--short'], environment: environment() })).output);
    },
    async finish() {
      fs.rmSync(repository, { recursive: true, force: true });
    },
  };
}

function flags(source: Source, way: BackupWay): string[] {
  const chunks = source.kind === 'image' ? ['--chunker-params', IMAGE_CHUNKS, '--sparse'] : [];
  return way === 'again' ? [...chunks, '--files-cache', 'disabled'] : chunks;
}
