import * as fs from 'node:fs';
import { join } from 'node:path';
import { BackupApi } from '#client/connection/backup-api.ts';
import { type BackupId, ROOT_NAMESPACE } from '#domain/ids.ts';
import type { TestServer } from './server.ts';

/** A backup that has begun and waits for its client, so that something runs for as long as a test looks at it. */
export async function openBackup(server: TestServer, datastore: string, id: string): Promise<BackupApi> {
  const [host = '', port] = server.gateway.split(':');
  const fingerprint = /Fingerprint\s+(\S+)/.exec(server.output)?.[1] ?? '';
  const credential = fs.readFileSync(join(server.dataDirectory, 'cli.token'), 'utf8').trim();
  const trust = { kind: 'fingerprint', fingerprint } as const;
  const time = Math.floor(Date.now() / 1000);
  const snapshot = { namespace: ROOT_NAMESPACE, type: 'host', id: id as BackupId, time } as const;
  const stop = new AbortController();
  return BackupApi.open({ host, port: Number(port), trust, credential }, datastore, snapshot, stop.signal);
}
