import * as fs from 'node:fs';
import { join } from 'node:path';
import { run } from '../measuring/measure.ts';
import { versionOf } from './installed.ts';
import type { BackupWay, Peer, PeerContext, Source } from './peer.ts';

const IMAGE_CHUNKS = 'fixed,4194304';

/** borg with a local repository: zstd level 1, no encryption, fixed chunks of 4 MiB for images. */
export function borgPeer({ meter, workspace }: PeerContext): Peer {
  const home = workspace.directory('borg');
  let repository = '';
  let archives = 0;
  const environment = () => ({
    BORG_REPO: repository,
    BORG_BASE_DIR: home,
    BORG_UNKNOWN_UNENCRYPTED_REPO_ACCESS_IS_OK: 'yes',
    BORG_RELOCATED_REPO_ACCESS_IS_OK: 'yes',
  });
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
    async finish() {
      fs.rmSync(repository, { recursive: true, force: true });
    },
  };
}

function flags(source: Source, way: BackupWay): string[] {
  const chunks = source.kind === 'image' ? ['--chunker-params', IMAGE_CHUNKS, '--sparse'] : [];
  return way === 'again' ? [...chunks, '--files-cache', 'disabled'] : chunks;
}
