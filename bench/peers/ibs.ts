import { join } from 'node:path';
import { formatSnapshotPath, formatSnapshotTime, type SnapshotRef } from '#domain/ids.ts';
import type { BenchServer } from '../server.ts';
import type { BackupWay, Peer, PeerContext, Source } from './peer.ts';

/** Our own: the command line, through gateway, TLS and PostgreSQL of a real server. */
export function ibsPeer({ meter, workspace }: PeerContext, server: BenchServer): Peer {
  let datastore = '';
  let lastTime = 0;
  const snapshot = (source: Source) =>
    ({ namespace: '', type: 'host', id: source.kind, time: lastTime }) as unknown as SnapshotRef;
  const archive = (source: Source) => (source.kind === 'image' ? 'disk.img' : 'root.pxar');
  return {
    name: 'IBS',
    describe: () => 'command line and server on this machine, TLS, zstd 1, sync level "filesystem"',
    async start(round) {
      datastore = `bench-${round}`;
      await server.createDatastore(datastore, join(workspace.directory('ibs'), round));
    },
    backup(source: Source, _way: BackupWay) {
      lastTime = Math.max(Math.floor(Date.now() / 1000), lastTime + 1);
      const path = join(source.directory, source.name);
      return meter.measure({
        ...server.command([
          ...['backup', `${archive(source)}:${path}`, '--datastore', datastore, '--backup-type', 'host'],
          ...['--backup-id', source.kind, '--backup-time', formatSnapshotTime(lastTime)],
        ]),
        server: server.processes(),
        written: workspace.root,
      });
    },
    async restore(source, target) {
      const copy = join(target, source.name);
      const place = `${datastore}:${formatSnapshotPath(snapshot(source))}`;
      const measured = await meter.measure({
        ...server.command(['restore', place, archive(source), copy]),
        server: server.processes(),
        written: target,
      });
      return { ...measured, copy };
    },
    // The server keeps it open; it goes with everything else at the end.
    finish: async () => {},
  };
}
