import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The program that mounts a filesystem which fails on demand. It lies beside the checkout and is not a part of it. */
const PROGRAM = join(import.meta.dirname, '..', '..', '..', 'shared', 'services', 'faultfs', 'faultfs');

/**
 * A FUSE filesystem over an ordinary directory, with rules that say which call on which path fails and how:
 * `OP SUBSTRING ACTION SKIP COUNT`, for instance `fsync .fidx EIO 0 1`.
 */
export class FaultFilesystem {
  /** Where it is mounted. */
  readonly path: string;
  /** The same files without faults. */
  readonly behind: string;
  readonly #directory: string;

  constructor(root: string) {
    this.#directory = join(root, 'faultfs');
    this.path = join(this.#directory, 'mnt');
    this.behind = join(this.#directory, 'src');
    this.#run('up');
  }

  rules(...rules: string[]): void {
    this.#run('clear');
    this.#run('rule', ...rules);
  }

  clear(): void {
    this.#run('clear');
  }

  /** What has failed since the rules were set: `OP PATH ACTION`. */
  fired(): string[] {
    return this.#run('log')
      .split('\n')
      .filter((line) => line !== '');
  }

  /** From now on no call returns. */
  freeze(): void {
    this.#run('freeze');
  }

  thaw(): void {
    this.#run('thaw');
  }

  /** What serves it dies: every call answers ENOTCONN, until it is mounted again. */
  crash(): void {
    this.#run('crash');
  }

  /** As an administrator would in a hurry; what is open stays open. */
  takeAway(): void {
    execFileSync('umount', ['--lazy', this.path]);
  }

  mount(): void {
    this.#run('up');
  }

  /** Also after a crash or a freeze. */
  destroy(): void {
    this.#run('reset');
  }

  #run(...words: string[]): string {
    return runProgram(this.#directory, words);
  }
}

function runProgram(directory: string, words: string[]): string {
  const env = { ...process.env, FAULTFS_DIR: directory, FAULTFS_INSTALL: '0' };
  return execFileSync(PROGRAM, words, { encoding: 'utf8', env, stdio: ['ignore', 'pipe', 'pipe'] });
}

/** Why there is none here; null when there is. */
export function whyNoFaultFilesystem(): string | null {
  if (!fs.existsSync(PROGRAM)) return 'the program faultfs is not beside the checkout';
  if (process.getuid?.() !== 0) return 'not root';
  const root = fs.mkdtempSync(join(tmpdir(), 'ibs-faultfs-'));
  try {
    const filesystem = new FaultFilesystem(root);
    filesystem.destroy();
    return null;
  } catch (error) {
    const said = error instanceof Error && 'stderr' in error ? String(error.stderr).trim() : String(error);
    return `faultfs does not run here: ${said.split('\n').at(-1)}`;
  } finally {
    fs.rmSync(root, { recursive: true, force: true });
  }
}
