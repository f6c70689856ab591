import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { roomyDirectory } from './roomy-directory.ts';

/** A directory of the running test's own, removed when it ends. */
export function temporaryDirectory(name = 'ibs-test'): string {
  return removedAtTheEnd(mkdtempSync(join(tmpdir(), `${name}-`)));
}

/** The same for a datastore on files. */
export function temporaryStoreDirectory(name = 'ibs-store'): string {
  return removedAtTheEnd(roomyDirectory(name));
}

function removedAtTheEnd(path: string): string {
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}
