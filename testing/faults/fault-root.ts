import { spawn } from 'node:child_process';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';

/** A directory for all tests of a file, removed behind them; nobody waits for its 65 536 directories to go. */
export function makeFaultRoot(name: string): string {
  const path = fs.mkdtempSync(join(tmpdir(), `${name}-`));
  afterAll(() => spawn('rm', ['-rf', path], { detached: true, stdio: 'ignore' }).unref());
  return path;
}
