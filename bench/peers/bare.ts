import { join } from 'node:path';
import type { BackupWay, Peer, PeerContext } from './peer.ts';

const PROGRAM = join(import.meta.dirname, '..', 'programs', 'bare.ts');

const WORK: Record<BackupWay, string> = { first: 'store', again: 'hash', metadata: 'stat', changed: 'hash' };

/**
 * The ceiling: only the work that cannot be avoided, on as many threads as there are cores, without a network, a
 * database, an index or a check: read, SHA-256, zstd level 1, write; for a restore a plain copy.
 */
export function barePeer({ meter, workspace }: PeerContext): Peer {
  let store = '';
  const words = (job: Record<string, unknown>) => [
    process.execPath,
    '--disable-warning=ExperimentalWarning',
    PROGRAM,
    JSON.stringify(job),
  ];
  return {
    name: 'ceiling',
    describe: () =>
      'first: read + SHA-256 + zstd 1 + write; changed and read again: read + SHA-256; by metadata: lstat; restore: copy',
    async start(round) {
      store = workspace.directory('bare', round);
    },
    backup: (source, way) =>
      meter.measure({
        words: words({
          work: WORK[way],
          kind: source.kind,
          from: join(source.directory, source.name),
          to: store,
        }),
        written: workspace.root,
      }),
    async restore(source, target) {
      const copy = join(target, source.name);
      const from = join(source.directory, source.name);
      const measured = await meter.measure({
        words: words({ work: 'copy', kind: source.kind, from, to: copy }),
        written: target,
      });
      return { ...measured, copy };
    },
    async finish() {
      workspace.remove('bare');
    },
  };
}
