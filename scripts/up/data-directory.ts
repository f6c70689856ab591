import { randomBytes } from 'node:crypto';
import * as fs from 'node:fs';
import { join } from 'node:path';
import { wholeSecret } from '#domain/secret.ts';
import { lockFile } from '#engine/posix.ts';
import { keepPrivate, writePrivate } from './private-files.ts';

/** The directory that holds everything of an installation but its datastores. */
export interface DataDirectory {
  path: string;
  postgres: string;
  databasePassword: string;
  secret: string;
  cliToken: string;
  pidFile: string;
  /** Where the command line finds out how to reach this server. */
  endpointFile: string;
}

export function prepareDataDirectory(path: string): DataDirectory {
  makePrivate(path);
  const directory: DataDirectory = {
    path,
    postgres: join(path, 'postgres'),
    databasePassword: join(path, 'database.password'),
    secret: join(path, 'secret.key'),
    cliToken: join(path, 'cli.token'),
    pidFile: join(path, 'up.pid'),
    endpointFile: join(path, 'endpoint.json'),
  };
  for (const file of [directory.secret, directory.databasePassword, directory.cliToken]) keepPrivate(file);
  if (!fs.existsSync(directory.secret)) {
    writePrivate(directory.secret, `${randomBytes(32).toString('hex')}\n`);
  }
  wholeSecret(fs.readFileSync(directory.secret, 'utf8'), directory.secret);
  return directory;
}

/** Root lets others pass (PostgreSQL runs as nobody below it), but not look; everything in it is 0600 or 0700. */
function makePrivate(path: string): void {
  try {
    fs.mkdirSync(path, { recursive: true, mode: 0o755 });
    fs.chmodSync(path, process.getuid?.() === 0 ? 0o711 : 0o700);
    fs.accessSync(path, fs.constants.R_OK | fs.constants.W_OK);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(
      `The data directory ${path} cannot be used (${reason}). Set IBS_DATA_DIR to one that can be written.`,
    );
  }
}

/**
 * Only one supervisor may run on a data directory: whoever holds the lock on its `up.pid`. The kernel drops the lock
 * with the process, however it ends, so what an earlier start left behind never stands in the way. The number in the
 * file is there to be read only. Returns what gives the directory free again.
 */
export function claim(directory: DataDirectory): () => void {
  const file = directory.pidFile;
  for (;;) {
    const fd = fs.openSync(file, fs.constants.O_RDWR | fs.constants.O_CREAT, 0o600);
    if (!lockFile(fd, 'exclusive')) {
      const holder = fs.readFileSync(fd, 'utf8').trim();
      fs.closeSync(fd);
      throw new Error(
        `It runs already${holder ? ` (process ${holder})` : ''}. Stop it first, or set IBS_DATA_DIR to another directory.`,
      );
    }
    // One that stopped between the two calls above has removed the file that is locked now.
    if (isStill(file, fd)) {
      fs.ftruncateSync(fd);
      fs.writeSync(fd, `${process.pid}\n`, 0);
      return () => {
        fs.rmSync(file, { force: true });
        fs.closeSync(fd);
      };
    }
    fs.closeSync(fd);
  }
}

function isStill(file: string, fd: number): boolean {
  const [named, open] = [fs.statSync(file, { throwIfNoEntry: false }), fs.fstatSync(fd)];
  return named?.ino === open.ino && named.dev === open.dev;
}
