import * as fs from 'node:fs';
import { dirname } from 'node:path';

/**
 * Makes a directory with all that is missing above it, each flushed into its parent, so that a power cut does not take it
 * away from under a datastore. Returns the uppermost that was made; null when all were there.
 */
export async function makeBase(path: string): Promise<string | null> {
  const first = (await fs.promises.mkdir(path, { recursive: true, mode: 0o755 })) ?? null;
  if (first === null) return null;
  for (let at = path; at.length >= first.length; at = dirname(at)) await flushDirectory(dirname(at));
  return first;
}

/** Removes the directories that `makeBase` made, from the innermost out, as far as they are empty. */
export async function removeBase(path: string, first: string): Promise<void> {
  for (let at = path; at.length >= first.length; at = dirname(at)) {
    try {
      await fs.promises.rmdir(at);
    } catch {
      return;
    }
  }
}

async function flushDirectory(path: string): Promise<void> {
  const directory = await fs.promises.open(path, 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}
