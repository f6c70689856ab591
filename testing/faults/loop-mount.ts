import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A small ext4 of its own in a file, to be filled, taken away and brought back. */
export class LoopMount {
  readonly path: string;
  readonly #image: string;

  constructor(root: string, sizeMiB: number) {
    this.path = join(root, 'mnt');
    this.#image = join(root, 'disk.ext4');
    fs.mkdirSync(this.path);
    fs.writeFileSync(this.#image, '');
    fs.truncateSync(this.#image, sizeMiB * 1024 * 1024);
    // Room for the 65 536 directories of a datastore, each a block and an inode.
    run('mkfs.ext4', ['-q', '-F', '-m', '0', '-N', '80000', this.#image]);
    this.mount();
  }

  mount(): void {
    run('mount', ['-o', 'loop', this.#image, this.path]);
  }

  /** As an administrator would in a hurry: at once, whatever is open. */
  takeAway(): void {
    run('umount', ['--lazy', this.path]);
  }

  /** Somebody still has files open on it. */
  get isHeld(): boolean {
    return run('losetup', ['-j', this.#image]).trim() !== '';
  }

  /** Fills it to the last block. */
  fill(): void {
    const fd = fs.openSync(this.#filler, 'w');
    const block = Buffer.alloc(1024 * 1024, 'x');
    try {
      for (let size = block.length; size >= 512; ) {
        try {
          if (fs.writeSync(fd, block, 0, size) < size) size /= 2;
        } catch {
          size /= 2;
        }
      }
      fs.fsyncSync(fd);
    } finally {
      fs.closeSync(fd);
    }
  }

  free(): void {
    fs.rmSync(this.#filler, { force: true });
  }

  destroy(): void {
    try {
      this.takeAway();
    } catch {
      // It is away already.
    }
  }

  get #filler(): string {
    return join(this.path, 'lost+found', 'filler'); // where the format looks for nothing
  }
}

function run(program: string, words: string[]): string {
  return execFileSync(program, words, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}

/** Why no filesystem of its own can be mounted here; null when it can. */
export function whyNoLoopMount(): string | null {
  if (process.getuid?.() !== 0) return 'not root';
  const root = fs.mkdtempSync(join(tmpdir(), 'ibs-loop-'));
  try {
    fs.mkdirSync(join(root, 'mnt'));
    fs.writeFileSync(join(root, 'disk'), '');
    fs.truncateSync(join(root, 'disk'), 8 * 1024 * 1024);
    run('mkfs.ext4', ['-q', '-F', join(root, 'disk')]);
    run('mount', ['-o', 'loop', join(root, 'disk'), join(root, 'mnt')]);
    run('umount', [join(root, 'mnt')]);
    return null;
  } catch (error) {
    return `no loop mount here: ${error instanceof Error ? error.message.split('\n')[0] : error}`;
  } finally {
    fs.rmSync(root, { recursive: true, force: true });
  }
}
