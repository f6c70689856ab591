import { randomUUID } from 'node:crypto';
import type { AclPath, RoleName } from '#domain/permissions.ts';
import type { PrincipalId, UserId } from '#domain/principal.ts';
import { connect, type Database } from '#drizzle/client.ts';
import { acl } from '#drizzle/schema/acl.ts';
import { datastore } from '#drizzle/schema/datastore.ts';
import { backupGroup, namespace, snapshot } from '#drizzle/schema/snapshot.ts';
import { insertUser, putToken } from '#drizzle/users.ts';
import { startBenchServer } from '../server.ts';
import { Workspace } from '../workspace.ts';

/**
 * What rights cost at the API: a call that only checks them, and the list of 10,000 groups for somebody who sees a tenth of
 * them. Run by itself: `node bench/programs/access-figures.ts`.
 */

const GROUPS = 10_000;
const OWN_EVERY = 10;
const GRANTS = 1000;
const CALLS = 200;
const LISTS = 40;
const P95_LIST_MS = 200;
const OWNER = 'restricted@ibs' as UserId;

async function main(workspace: Workspace): Promise<void> {
  const server = await startBenchServer(workspace);
  const handle = connect(server.databaseUrl, { max: 2, applicationName: 'bench' });
  workspace.atEnd(() => handle.close());
  await fill(handle.db);
  await handle.db.execute('ANALYZE'); // as the database does by itself after a minute
  const secret = await putToken(handle.db, `${OWNER}!bench`, OWNER, '');
  const ask = (procedure: string, input: unknown) =>
    call(server.console, `${OWNER}!bench:${secret}`, procedure, input);
  const place = { datastore: 'main', namespace: 'n500' };
  await ask('snapshot.groups', place);
  const check = await timed(CALLS, () =>
    ask('acl.explain', { principal: `${OWNER}!bench`, path: '/datastore/main/n500' }),
  );
  const list = await timed(LISTS, () => ask('snapshot.groups', place));
  const page = await timed(LISTS, () => ask('snapshot.groupPage', { ...place, limit: 50 }));
  say(`a decision with its reasons, ${GRANTS} grants of others`, check);
  say(`${GROUPS} groups, of which ${GROUPS / OWN_EVERY} are seen`, list);
  say('the first 50 of them', page);
  process.stdout.write(
    `  aim of the list: p95 under ${P95_LIST_MS} ms, at ${percentile(list, 95).toFixed(0)} ms\n`,
  );
}

async function fill(db: Database): Promise<void> {
  const datastoreId = randomUUID();
  await db.insert(datastore).values({
    ...{ id: datastoreId, name: 'main' as never, kind: 'local', syncLevel: 'none', createdBy: OWNER },
    config: { kind: 'local', path: '/nonexistent/main', mount: null },
    ...{ identity: randomUUID(), phase: 'ready' },
  });
  await insertUser(db, { username: OWNER, passwordHash: null });
  const grant = (principal: PrincipalId | string, path: AclPath) => ({
    ...{ path, principal: principal as PrincipalId, role: 'Datastore.Backup' as RoleName, createdBy: OWNER },
  });
  const others = Array.from({ length: GRANTS }, (_, at) => grant(`user-${at}@ibs`, `/datastore/main/n${at}`));
  await db.insert(acl).values([...others, grant(OWNER, '/datastore/main'), grant(`${OWNER}!bench`, '/')]);
  const path = 'n500' as never;
  await db.insert(namespace).values([
    { datastoreId, path },
    { datastoreId, path: '' as never },
  ]);
  for (let first = 0; first < GROUPS; first += 1000) {
    const numbers = Array.from({ length: 1000 }, (_, at) => first + at);
    const group = (at: number) => ({
      datastoreId,
      namespace: path,
      type: 'host' as const,
      backupId: `h-${at}` as never,
    });
    const ownerOf = (at: number) =>
      (at % OWN_EVERY === 0 ? `${OWNER}!bench` : `user-${at}@ibs`) as PrincipalId;
    await db.insert(backupGroup).values(numbers.map((at) => ({ ...group(at), owner: ownerOf(at) })));
    const facts = {
      finished: true,
      files: [],
      sizeBytes: 1,
      protected: false,
      time: new Date(1_795_000_000_000),
    };
    await db.insert(snapshot).values(numbers.map((at) => ({ ...group(at), ...facts })));
  }
}

async function call(server: string, token: string, procedure: string, input: unknown): Promise<void> {
  const query = encodeURIComponent(JSON.stringify({ json: input }));
  const headers = { authorization: `Bearer ${token}` };
  const answer = await fetch(`${server}/api/trpc/${procedure}?input=${query}`, { headers });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${procedure}: ${answer.status} ${text.slice(0, 300)}`);
}

async function timed(times: number, act: () => Promise<void>): Promise<number[]> {
  const spans: number[] = [];
  for (let at = 0; at < times; at += 1) {
    const from = performance.now();
    await act();
    spans.push(performance.now() - from);
  }
  return spans.sort((a, b) => a - b);
}

function percentile(sorted: readonly number[], percent: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor((sorted.length * percent) / 100))] ?? 0;
}

function say(what: string, spans: readonly number[]): void {
  const [half, most] = [50, 95].map((percent) => percentile(spans, percent).toFixed(1));
  process.stdout.write(`  ${what}: p50 ${half} ms, p95 ${most} ms\n`);
}

const workspace = new Workspace(() => {});
await main(workspace).finally(() => workspace.clean());
process.exit(0);
