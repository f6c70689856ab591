import * as fs from 'node:fs';
import { join } from 'node:path';
import { formatSnapshotPath, formatSnapshotTime, type SnapshotRef } from '#domain/ids.ts';
import { CHUNK_ROOT } from '#engine/chunks/chunk-key.ts';
import { setAccessTime } from '#engine/posix.ts';
import { filesBelow } from '../data/files-below.ts';
import type { BenchServer } from '../server.ts';
import type { BackupWay, Keeper, PeerContext, Source } from './peer.ts';

/** Our own: the command line, through gateway, TLS and PostgreSQL of a real server. */
export function ibsPeer({ meter, workspace }: PeerContext, server: BenchServer): Keeper {
  let datastore = '';
  let path = '';
  let lastTime = 0;
  const snapshot = (source: Source) =>
    ({ namespace: '', type: 'host', id: source.kind, time: lastTime }) as unknown as SnapshotRef;
  const archive = (source: Source) => (source.kind === 'image' ? 'disk.img' : 'root.pxar');
  const task = (...words: string[]) =>
    meter.measure({
      ...server.command(['datastore', ...words, '--output', 'json']),
      server: server.processes(),
      written: workspace.root,
    });
  return {
    name: 'IBS',
    describe: () => 'command line and server on this machine, TLS, zstd 1, sync level "filesystem"',
    async start(round) {
      datastore = `bench-${round}`;
      path = join(workspace.directory('ibs'), round);
      await server.createDatastore(datastore, path);
      await task('update', datastore, '--trash-days', '0'); // the others remove for good as well
    },
    backup(source: Source, _way: BackupWay) {
      lastTime = Math.max(Math.floor(Date.now() / 1000), lastTime + 1);
      const from = join(source.directory, source.name);
      return meter.measure({
        ...server.command([
          ...['backup', `${archive(source)}:${from}`, '--datastore', datastore, '--backup-type', 'host'],
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
    store: () => path,
    check: () => task('verify', datastore, '--again'),
    // A chunk stays for five minutes after its last use, whatever grace is asked for.
    age() {
      const longAgo = Math.floor(Date.now() / 1000) - 2 * DAY_SECONDS;
      for (const file of filesBelow(join(path, CHUNK_ROOT))) setAccessTime(file, longAgo);
    },
    async prune(keep) {
      const pruned = await task('prune', datastore, '--keep-last', String(keep), '--yes');
      const collected = await task('gc', datastore, '--grace-minutes', '0');
      return [
        { name: 'datastore prune', measured: pruned },
        { name: 'datastore gc', measured: collected },
      ];
    },
    async count() {
      const groups = fs.readdirSync(join(path, 'host')).map((name) => join(path, 'host', name));
      return groups.flatMap((group) => fs.readdirSync(group, { withFileTypes: true })).filter(isDirectory)
        .length;
    },
    // The server keeps it open; it goes with everything else at the end.
    finish: async () => {},
  };
}

const DAY_SECONDS = 86_400;

const isDirectory = (entry: fs.Dirent) => entry.isDirectory();
