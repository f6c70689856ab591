import * as fs from 'node:fs';
import { join } from 'node:path';
import type { ProbeStep } from '#domain/datastore.ts';
import { asBackupError, BackupError, isBackupError } from '#domain/errors.ts';
import { formatBytes } from '#domain/units.ts';
import type { Capacity } from '../backends/backend.ts';
import { fileError, isNoSpace } from '../backends/local/errors.ts';
import { LocalBackend } from '../backends/local/local-backend.ts';
import { type Mount, mountOf } from '../backends/local/mount.ts';
import { checkIdentity } from '../open.ts';
import { checkAccessTime, clockWarning } from './access-time.ts';
import { makeOwnFile } from './own-file.ts';

/** What the record says about a datastore, to be compared with what is there. */
export interface ProbeTarget {
  path: string;
  uuid: string;
  mount: Pick<Mount, 'type' | 'mountPoint'>;
}

export interface ProbeResult {
  steps: ProbeStep[];
  reachable: boolean;
  writable: boolean;
  /** A second look would find the same: the mount is gone or another disk is there. */
  certain: boolean;
  warnings: string[];
  /** The failure in words; empty when there is none. */
  reason: string;
  capacity: Capacity | null;
  mount: Mount | null;
}

interface Step {
  name: string;
  run: () => Promise<string | { warning: string }>;
}

/**
 * Looks at the storage of a datastore step by step: the first failure ends it. Runs in a process that may be
 * killed, because calls on a dead mount never return.
 */
export async function probePlace(target: ProbeTarget, nowMs: number): Promise<ProbeResult> {
  const result: ProbeResult = {
    steps: [],
    reachable: false,
    writable: false,
    certain: false,
    warnings: [],
    reason: '',
    capacity: null,
    mount: null,
  };
  const place = new ProbedPlace(target.path);
  try {
    await runSteps(stepsOf(target, nowMs, place, result), result);
  } finally {
    // The process that probes goes on to the next: what it holds open would keep the filesystem from being unmounted.
    await place.close();
  }
  return result;
}

async function runSteps(steps: readonly Step[], result: ProbeResult): Promise<void> {
  for (const step of steps) {
    const started = performance.now();
    try {
      const said = await step.run();
      const warning = typeof said === 'string' ? null : said.warning;
      if (warning) result.warnings.push(warning);
      result.steps.push({
        name: step.name,
        outcome: warning ? 'warning' : 'ok',
        ms: performance.now() - started,
        detail: typeof said === 'string' ? said : said.warning,
      });
    } catch (error) {
      const failure = asBackupError(error);
      result.reason = failure.message;
      result.certain = CERTAIN.has(failure.code);
      result.steps.push({
        name: step.name,
        outcome: 'failed',
        ms: performance.now() - started,
        detail: failure.message,
      });
      break;
    }
  }
}

/** The directory, opened by the first step that needs it. */
class ProbedPlace {
  readonly #path: string;
  #backend: LocalBackend | null = null;

  constructor(path: string) {
    this.#path = path;
  }

  opened(): LocalBackend {
    this.#backend ??= new LocalBackend(this.#path, {
      keepsAccessTime: true,
      knowsCapacity: true,
      defaultSyncLevel: 'file',
    });
    return this.#backend;
  }

  async close(): Promise<void> {
    await this.#backend?.close();
  }
}

const CERTAIN = new Set<string>([
  'DATASTORE_IDENTITY_MISMATCH',
  'STORAGE_MISSING',
  'DATASTORE_LAYOUT_INVALID',
]);

function stepsOf(target: ProbeTarget, nowMs: number, place: ProbedPlace, result: ProbeResult): Step[] {
  return [
    {
      name: 'Directory',
      run: async () => {
        place.opened();
        return target.path;
      },
    },
    { name: 'Mount', run: async () => checkMount(target, result) },
    {
      name: 'Identity',
      run: async () => {
        await checkIdentity(place.opened(), target.uuid);
        result.reachable = true;
        return target.uuid;
      },
    },
    { name: 'Capacity', run: async () => describeCapacity(await place.opened().capacity(), result) },
    {
      name: 'Write, flush, read, remove',
      run: async () => {
        const said = writeAndReadBack(target.path);
        result.writable = true;
        return said;
      },
    },
    {
      name: 'Access time and clock',
      run: async () => lookAtTimes(target.path, nowMs, result),
    },
  ];
}

function checkMount(target: ProbeTarget, result: ProbeResult): string {
  const mount = mountOf(target.path);
  result.mount = mount;
  if (mount.type === target.mount.type && mount.mountPoint === target.mount.mountPoint) {
    return `${mount.type} ${mount.source} on ${mount.mountPoint}`;
  }
  throw new BackupError(
    'DATASTORE_IDENTITY_MISMATCH',
    `The path is on ${mount.type} mounted at ${mount.mountPoint}, recorded is ${target.mount.type} at ${target.mount.mountPoint}.`,
  );
}

function describeCapacity(capacity: Capacity, result: ProbeResult): string | { warning: string } {
  result.capacity = capacity;
  const free = `${formatBytes(capacity.availableBytes)} of ${formatBytes(capacity.totalBytes)} free`;
  if (capacity.inodes && capacity.inodes.available < capacity.inodes.total / 50) {
    return { warning: `Only ${capacity.inodes.available} inodes are left.` };
  }
  return free;
}

/** Without access times nothing is lost as long as nothing is collected, so backups go on. */
function lookAtTimes(directory: string, nowMs: number, result: ProbeResult): string | { warning: string } {
  try {
    const finding = checkAccessTime(directory, nowMs);
    const warning = clockWarning(finding);
    return warning ? { warning } : `clock offset ${finding.clockOffsetSeconds} s`;
  } catch (error) {
    if (isBackupError(error, 'DATASTORE_FILESYSTEM_UNFIT')) {
      return { warning: `${error.message} Garbage collection will not run.` };
    }
    if (isNoSpace(error)) return 'not tried, since no space is left';
    result.writable = false;
    throw fileError(error, directory, 'write');
  }
}

const FULL =
  'No space is left: backups fail until some is freed, for instance by prune and garbage collection.';
const PROBE_BYTES = Buffer.from('ironcore backup probe\n');

/**
 * The recipe of every write, on a file of its own: it fails where a backup would fail. A full disk is only warned of:
 * backups tell by themselves, and what frees space has to go on.
 */
function writeAndReadBack(directory: string): string | { warning: string } {
  const path = join(directory, `.ibs-probe-${process.pid}`);
  try {
    const fd = makeOwnFile(path);
    try {
      fs.writeSync(fd, PROBE_BYTES, 0, PROBE_BYTES.length, 0);
      fs.fsyncSync(fd);
    } finally {
      fs.closeSync(fd);
    }
    if (!readBack(path).equals(PROBE_BYTES)) throw new Error('other bytes came back');
    fs.unlinkSync(path);
    return `${PROBE_BYTES.length} bytes`;
  } catch (error) {
    if (isNoSpace(error)) {
      fs.rmSync(path, { force: true });
      return { warning: FULL };
    }
    const detail = error instanceof Error ? error.message : String(error);
    const readOnly = detail.startsWith('EROFS');
    throw new BackupError(
      readOnly ? 'STORAGE_READ_ONLY' : 'STORAGE_UNREACHABLE',
      readOnly
        ? `Cannot write to ${directory}: it is mounted read-only.`
        : `Cannot write to ${directory}: ${detail}.`,
      { cause: error },
    );
  }
}

function readBack(path: string): Buffer {
  const fd = fs.openSync(path, fs.constants.O_RDONLY | fs.constants.O_NOFOLLOW);
  try {
    return fs.readFileSync(fd);
  } finally {
    fs.closeSync(fd);
  }
}
