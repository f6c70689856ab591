import * as fs from 'node:fs/promises';
import { join } from 'node:path';
import { BackupError } from '#domain/errors.ts';
import { formatBytes } from '#domain/units.ts';
import { listWorkers } from '#drizzle/leases.ts';
import type { WorkerConfig } from '../env.ts';
import type { WorkerContext } from '../worker-context.ts';

/**
 * Directories that drills restore into, each removed by the worker that made it, or after its end by another one. They
 * are named by worker and task, so that what is left behind is told from what is in use.
 */

const PREFIX = 'drill';
const UUID = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}';
/** The directory may be one in which others keep something as well: nothing else is ever taken away. */
const NAME = new RegExp(`^${PREFIX}\\.(?<worker>${UUID})\\.${UUID}$`);
/** So much stays free beside it: the database may lie on the same filesystem. */
const RESERVE_BYTES = 256 * 1024 * 1024;
/** A restore that has come down to this ends before anything else feels it. */
const LEAST_BYTES = RESERVE_BYTES / 4;

/** A fresh directory that nobody else can enter: what is restored there keeps its rights. STORAGE_DENIED. */
export async function makeScratch(
  { config, identity }: Pick<WorkerContext, 'config' | 'identity'>,
  taskId: string,
): Promise<string> {
  const path = join(config.scratchDirectory, `${PREFIX}.${identity.id}.${taskId}`);
  try {
    await fs.mkdir(config.scratchDirectory, { recursive: true, mode: 0o700 });
    await removeScratch(path);
    await fs.mkdir(path, { mode: 0o700 });
    return path;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new BackupError('STORAGE_DENIED', `The scratch directory cannot be used: ${reason}.`, {
      hint: `Make ${config.scratchDirectory} writable for the storage worker, or set IBS_SCRATCH_DIR.`,
      cause: error,
    });
  }
}

/** What a drill may fill, in bytes. */
export async function roomBytes({ scratchDirectory }: WorkerConfig): Promise<number> {
  await fs.mkdir(scratchDirectory, { recursive: true, mode: 0o700 });
  return Math.max(0, (await freeBytes(scratchDirectory)) - RESERVE_BYTES - promisedBytes());
}

async function freeBytes(path: string): Promise<number> {
  const { bavail, bsize } = await fs.statfs(path);
  return bavail * bsize;
}

/** What a drill was promised and has not written yet. */
export interface PromisedRoom extends Disposable {
  readonly leftBytes: number;
  wrote(bytes: number): void;
}

/** Of the drills of this process, which write to the same place at the same time. */
const promised = new Set<PromisedRoom>();

function promisedBytes(): number {
  return [...promised].reduce((sum, { leftBytes }) => sum + leftBytes, 0);
}

/**
 * Promises room for what is to be restored. SCRATCH_FULL when it does not fit beside what other drills have yet to write,
 * with a reserve for everybody else.
 */
export async function takeRoom(path: string, neededBytes: number): Promise<PromisedRoom> {
  const free = await freeBytes(path);
  const others = promisedBytes();
  if (free < neededBytes + others + RESERVE_BYTES) {
    const beside = others > 0 ? `, ${formatBytes(others)} of which other drills will fill` : '';
    const needed = `${formatBytes(neededBytes)} and ${formatBytes(RESERVE_BYTES)} in reserve`;
    throw scratchFull(
      `The scratch directory has ${formatBytes(free)} free${beside}, and the drill needs ${needed}.`,
    );
  }
  let leftBytes = neededBytes;
  const room: PromisedRoom = {
    get leftBytes() {
      return leftBytes;
    },
    wrote: (bytes) => {
      leftBytes = Math.max(0, leftBytes - bytes);
    },
    [Symbol.dispose]: () => promised.delete(room),
  };
  promised.add(room);
  return room;
}

/** SCRATCH_FULL when a restore that was believed to fit is about to fill the filesystem. */
export async function requireRest(path: string): Promise<void> {
  if ((await freeBytes(path)) < LEAST_BYTES) throw scratchFull('The scratch directory has run full.');
}

export function scratchFull(message: string): BackupError {
  return new BackupError('SCRATCH_FULL', message, {
    hint: 'Make room there, let IBS_SCRATCH_DIR name a larger place, or drill a smaller snapshot.',
  });
}

/** Whatever is in it, also directories that forbid their owner to change them, and paths that are too long for a call. */
export async function removeScratch(path: string): Promise<void> {
  const options = { recursive: true, force: true, maxRetries: 3 };
  try {
    await fs.rm(path, options);
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    if (!['EACCES', 'EPERM', 'ENAMETOOLONG'].includes(code)) throw error;
    await fs.chmod(path, 0o700);
    await openUp(Buffer.from(path), await fs.mkdtemp(join(path, 'aside-')));
    await fs.rm(path, options);
  }
}

/** Of a path in bytes: far from what a call takes, also with a name behind it. */
const LONG_PATH = 2048;

/** Lets us change every directory, and moves what is too far down aside. Never follows a link; names are bytes. */
async function openUp(directory: Buffer, aside: string): Promise<void> {
  for (const entry of await fs.readdir(directory, { withFileTypes: true, encoding: 'buffer' })) {
    if (!entry.isDirectory()) continue;
    const path = Buffer.concat([directory, Buffer.from('/'), entry.name]);
    await fs.chmod(path, 0o700);
    if (path.length <= LONG_PATH) {
      await openUp(path, aside);
    } else {
      const nearer = await fs.mkdtemp(join(aside, 'deep-'));
      await fs.rename(path, nearer); // in the place of the empty one
      await openUp(Buffer.from(nearer), aside);
    }
  }
}

/** What workers that are gone have left behind. What cannot be removed is tried another time. */
export async function removeLeftScratch({
  config,
  identity,
  db,
  log,
}: Pick<WorkerContext, 'config' | 'identity' | 'db' | 'log'>): Promise<void> {
  const names = await fs.readdir(config.scratchDirectory).catch(() => [] as string[]);
  if (!names.some((name) => NAME.test(name))) return;
  const alive = new Set([identity.id, ...(await listWorkers(db)).map(({ id }) => id)]);
  for (const name of names) {
    const worker = NAME.exec(name)?.groups?.worker;
    if (worker === undefined || alive.has(worker)) continue;
    log.info({ name }, 'removing what a restore drill has left behind');
    await removeScratch(join(config.scratchDirectory, name)).catch((error) =>
      log.warn({ err: error, name }, 'what a restore drill has left behind could not be removed'),
    );
  }
}
