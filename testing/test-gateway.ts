import { type ChildProcess, fork, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import * as fs from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect } from 'vitest';
import type { DatastoreStatus } from '#domain/datastore.ts';
import { type AclPath, datastorePath, type RoleName } from '#domain/permissions.ts';
import { type PrincipalId, realmOf, type UserId } from '#domain/principal.ts';
import type { DatabaseHandle } from '#drizzle/client.ts';
import { acl } from '#drizzle/schema/acl.ts';
import { realm } from '#drizzle/schema/auth.ts';
import { insertUser, putToken } from '#drizzle/users.ts';
import { PATIENCE_MS, type PatienceMs } from '#worker/env.ts';
import type { ProcessConfig, Question, WorkerState, WorkerUsage } from './gateway-process.ts';
import { provisionStore } from './provision-store.ts';
import { roomyDirectory } from './roomy-directory.ts';
import { createDatabase, dropDatabase } from './test-database.ts';
import { complete, sendArchive } from './wire/wire-backup.ts';
import type { Piece } from './wire/wire-blobs.ts';
import {
  connectTls,
  type HttpAnswer,
  type RequestOptions,
  readAnswer,
  request,
  requestHead,
} from './wire/wire-connection.ts';
import { type Query, queryText, type WireOptions, WireSession } from './wire/wire-session.ts';

export interface Grant {
  role: RoleName;
  path: AclPath;
  propagate?: boolean;
}

export interface GatewayOptions {
  /** Names of the datastores that are made; all online when the tests start. */
  stores: string[];
  refusalDelayMs?: { unauthorized: number; forbidden: number };
  /** As in production, but for what is given. */
  patienceMs?: Partial<PatienceMs>;
  drainMs?: number;
  sessionsMax?: number;
}

export interface UpgradeOptions {
  id: string;
  time: number;
  store?: string;
  ns?: string;
  type?: string;
  credential?: string;
  /** Replaces parameters of the query; undefined takes one out. */
  query?: Record<string, string | undefined>;
  /** Replaces headers; undefined takes one out. */
  headers?: Record<string, string | undefined>;
  wire?: WireOptions;
}

const PROTOCOLS = { backup: 'proxmox-backup-protocol-v1', reader: 'proxmox-backup-reader-protocol-v1' };
const LOG_MAX = 200_000;

/** A gateway for the tests of one file: the real worker process, a database and datastores of its own. */
export function testGateway(options: GatewayOptions): TestGateway {
  const gateway = new TestGateway(options);
  beforeAll(() => gateway.start(), 60_000);
  afterAll(() => gateway.stop(), 60_000);
  return gateway;
}

export class TestGateway {
  readonly #options: GatewayOptions;
  readonly #root = roomyDirectory('ibs-gateway');
  readonly #waiting = new Map<number, (reply: { value?: unknown; error?: string }) => void>();
  readonly #open = new Set<WireSession>();
  #database: DatabaseHandle | null = null;
  #child: ChildProcess | null = null;
  #port = 0;
  #nextQuestion = 1;
  #log = '';
  #admin = '';
  readonly secret = randomBytes(32);

  constructor(options: GatewayOptions) {
    this.#options = options;
  }

  get port(): number {
    return this.#port;
  }

  get database(): DatabaseHandle {
    if (this.#database === null) throw new Error('the gateway has not been started');
    return this.#database;
  }

  get db() {
    return this.database.db;
  }

  get dataDirectory(): string {
    return join(this.#root, 'data');
  }

  /** A credential that may do everything. */
  get admin(): string {
    return this.#admin;
  }

  get alive(): boolean {
    return this.#child !== null && this.#child.exitCode === null && this.#child.signalCode === null;
  }

  async start(): Promise<void> {
    this.#database = await createDatabase();
    fs.mkdirSync(this.dataDirectory, { recursive: true });
    fs.writeFileSync(join(this.dataDirectory, 'secret.key'), this.secret.toString('hex'));
    await Promise.all(this.#options.stores.map((name) => provisionStore(this.db, name, this.path(name))));
    this.#admin = await this.principal('admin@ibs', [{ role: 'Administrator', path: '/' }]);
    await this.startWorker();
  }

  /** Resolves when all datastores have the status. */
  async startWorker(status: DatastoreStatus = 'online'): Promise<void> {
    const environment = { ...process.env, UV_THREADPOOL_SIZE: '16', MALLOC_ARENA_MAX: '2' };
    const child = fork(join(import.meta.dirname, 'gateway-process.ts'), [], {
      execArgv: ['--expose-gc', '--external-memory-accounted-in-global-limit'],
      env: environment,
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    this.#child = child;
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (part: Buffer) => {
        this.#log = (this.#log + part.toString('utf8')).slice(-LOG_MAX);
      });
    }
    child.on('message', (reply) => {
      const { id, ...rest } = reply as { id?: number; value?: unknown; error?: string };
      if (id !== undefined) this.#waiting.get(id)?.(rest);
    });
    const listening = new Promise<number>((resolve, reject) => {
      child.on('message', (said) => {
        const { port } = said as { port?: number };
        if (port !== undefined) resolve(port);
      });
      child.once('exit', (code) => reject(new Error(`the worker ended with ${code}:\n${this.#log}`)));
    });
    child.send(this.#config());
    this.#port = await listening;
    await this.ask({ ask: 'online', names: this.#options.stores, status });
  }

  #config(): ProcessConfig {
    return {
      databaseUrl: this.database.url,
      dataDirectory: this.dataDirectory,
      scratchDirectory: join(this.dataDirectory, 'scratch'),
      secret: this.secret.toString('hex'),
      gateway: {
        host: '127.0.0.1',
        port: 0,
        refusalDelayMs: this.#options.refusalDelayMs ?? { unauthorized: 0, forbidden: 0 },
        patienceMs: { ...PATIENCE_MS, ...this.#options.patienceMs },
        drainMs: this.#options.drainMs ?? 3000,
      },
      sessionsMax: this.#options.sessionsMax ?? 64,
    };
  }

  /** In order; `startWorker` starts another one. */
  async stopWorker(): Promise<void> {
    const ended = new Promise((resolve) => this.#child?.once('exit', resolve));
    await this.ask({ ask: 'stop' });
    this.#child?.kill('SIGKILL');
    await ended;
  }

  async stop(): Promise<void> {
    if (this.alive) await this.stopWorker();
    removeInBackground(this.#root);
    if (this.#database) await dropDatabase(this.#database);
  }

  async ask<Value>(question: Question): Promise<Value> {
    const id = this.#nextQuestion;
    this.#nextQuestion += 1;
    const child = this.#child;
    return new Promise<Value>((resolve, reject) => {
      const lost = () => reject(new Error(`the worker is gone:\n${this.#log.slice(-4000)}`));
      child?.once('exit', lost);
      this.#waiting.set(id, ({ value, error }) => {
        child?.off('exit', lost);
        this.#waiting.delete(id);
        if (error === undefined) resolve(value as Value);
        else reject(new Error(error));
      });
      child?.send({ id, question });
    });
  }

  /** The end of what the worker logged. */
  logged(): string {
    return this.#log;
  }

  /** What the worker logged as an error: defects, and nothing that a client did. */
  errors(): string[] {
    return this.#log
      .split('\n')
      .filter((line) => line.startsWith('{') && Number(JSON.parse(line).level) >= 50);
  }

  /** Waits for an error that has to be in the log, and takes it for no defect. */
  async expectError(pattern: RegExp): Promise<void> {
    await expect.poll(() => this.errors().filter((line) => pattern.test(line))).toHaveLength(1);
    const [expected = ''] = this.errors().filter((line) => pattern.test(line));
    this.#log = this.#log.replace(`${expected}\n`, '');
  }

  path(store = this.#options.stores[0] ?? ''): string {
    return join(this.#root, store);
  }

  /** A user with one token; both hold the roles. Returns the credential of the token. */
  async principal(user: string, grants: Grant[], passwordHash: string | null = null): Promise<string> {
    const username = user as UserId;
    const kind = 'internal';
    await this.db
      .insert(realm)
      .values({ id: realmOf(username), kind })
      .onConflictDoNothing();
    await insertUser(this.db, { username, passwordHash });
    const token = `${user}!main`;
    const secret = await putToken(this.db, token, user, '');
    for (const principal of [user, token]) {
      for (const grant of grants) {
        await this.db
          .insert(acl)
          .values({ propagate: true, ...grant, principal: principal as PrincipalId, createdBy: 'admin@ibs' });
      }
    }
    return `${token}:${secret}`;
  }

  /** A credential with one role on one datastore. */
  with(user: string, role: RoleName, store = this.#options.stores[0] ?? ''): Promise<string> {
    return this.principal(user, [{ role, path: datastorePath(store) }]);
  }

  /** A REST call below `/api2/json` with a token. */
  rest(
    method: string,
    path: string,
    options: RequestOptions & { credential?: string; query?: Query } = {},
  ): Promise<HttpAnswer> {
    const query = options.query === undefined ? '' : `?${queryText(options.query)}`;
    const authorization = `PBSAPIToken=${options.credential ?? this.admin}`;
    return request(this.port, method, `/api2/json${path}${query}`, {
      ...options,
      headers: { Authorization: authorization, ...options.headers },
    });
  }

  /** The same below a datastore, with the data of the answer. */
  async store(
    method: string,
    path: string,
    options: Parameters<TestGateway['rest']>[2] & { name?: string } = {},
  ): Promise<{ status: number; data: unknown; text: string }> {
    const name = options.name ?? this.#options.stores[0];
    const { status, body } = await this.rest(method, `/admin/datastore/${name}${path}`, options);
    return { status, text: body, data: status === 200 ? JSON.parse(body).data : undefined };
  }

  /** Asks for an upgrade; the refusal when it is not granted. */
  async upgrade(protocol: 'backup' | 'reader', options: UpgradeOptions): Promise<WireSession | HttpAnswer> {
    const socket = await connectTls(this.port);
    socket.write(this.upgradeHead(protocol, options));
    const answer = await readAnswer(socket);
    if (answer.status === 101) return this.#keep(new WireSession(socket, answer.rest, options.wire));
    socket.destroy();
    return answer;
  }

  #keep(session: WireSession): WireSession {
    this.#open.add(session);
    void session.closed.then(() => this.#open.delete(session));
    return session;
  }

  upgradeHead(protocol: 'backup' | 'reader', options: UpgradeOptions): string {
    const { id, time, type = 'host', store = this.#options.stores[0] ?? '', ns = '' } = options;
    const parameters = {
      ...{ store, ns, 'backup-type': type, 'backup-id': id, 'backup-time': String(time) },
      ...options.query,
    };
    const headers = {
      Host: 'localhost',
      Connection: 'upgrade',
      Upgrade: PROTOCOLS[protocol],
      Authorization: `PBSAPIToken=${options.credential ?? this.admin}`,
      ...options.headers,
    };
    return requestHead('GET', `/api2/json/${protocol}?${queryText(given(parameters))}`, given(headers));
  }

  async backup(options: UpgradeOptions): Promise<WireSession> {
    return accepted(await this.upgrade('backup', options));
  }

  async reader(options: UpgradeOptions): Promise<WireSession> {
    return accepted(await this.upgrade('reader', options));
  }

  /** A whole backup of one archive. */
  async backUp(options: UpgradeOptions, pieces: readonly Piece[]): Promise<void> {
    const session = await this.backup(options);
    const archive = await sendArchive(session, 'root.pxar.didx', pieces);
    await complete(session, options, [archive]);
    await session.drop();
  }

  /** Resolves when no connection is open and all cleaning up is done. */
  async idle(): Promise<void> {
    await this.ask({ ask: 'idle' });
  }

  /** For `afterEach`: closes what a test left open; after that, everything must be sound. */
  async leaveSound(): Promise<void> {
    await Promise.all([...this.#open].map((session) => session.drop()));
    await this.expectSound();
  }

  /** The worker lives, holds nothing, has left nothing half-made behind and logged no defect. */
  async expectSound({ chunks = false } = {}): Promise<void> {
    await this.idle();
    const state = await this.ask<WorkerState>({ ask: 'state', chunks });
    expect(state).toEqual({
      ...{ locks: [], writers: 0, operations: [], connections: 0, unfinished: [], findings: [] },
    });
    expect(this.errors()).toEqual([]);
    expect(this.alive).toBe(true);
  }

  watch(): Promise<null> {
    return this.ask({ ask: 'watch' });
  }

  usage(): Promise<WorkerUsage> {
    return this.ask({ ask: 'usage' });
  }

  /** What lies in a directory of the datastore; null when it is not there. */
  entries(directory: string, store?: string): string[] | null {
    try {
      return fs.readdirSync(join(this.path(store), directory)).sort();
    } catch {
      return null;
    }
  }
}

/** Some 65 536 directories: nobody needs to wait for that. */
function removeInBackground(path: string): void {
  spawn('rm', ['-rf', path], { detached: true, stdio: 'ignore' }).unref();
}

function accepted(answer: WireSession | HttpAnswer): WireSession {
  if (answer instanceof WireSession) return answer;
  throw new Error(`refused with ${answer.status}: ${answer.body}`);
}

function given(values: Record<string, string | undefined>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}

/** Memory where there is enough of it: making and removing 65 536 directories takes seconds on a disk. */
