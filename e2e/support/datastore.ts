import * as fs from 'node:fs';
import { join } from 'node:path';
import { expect } from '@playwright/test';
import type { CliResult, TestServer } from './server.ts';

/** Places, datastores and backups for specs that are not about making them; by the command line, like a user. */

/** A directory below the server's own root, which is allowed for datastores from then on. */
export async function allowedPlace(server: TestServer, name: string): Promise<string> {
  await command(server, ['settings', 'set', `allowedRoots+=${server.root}`]);
  return join(server.root, 'stores', name);
}

/** One datastore serves all specs that only need some: its 65 536 directories take a while to make. */
export const SHARED = 'shared';

/** Makes the datastore unless it is there; they all share one filesystem, for a reason. */
export async function ensureDatastore(server: TestServer, name = SHARED): Promise<string> {
  const path = await allowedPlace(server, name);
  if (fs.existsSync(path)) return path;
  const reason = 'All tests run on one disk';
  const where = ['--name', name, '--type', 'local', '--path', path];
  await command(server, ['datastore', 'create', ...where, '--same-filesystem-reason', reason, '--quiet']);
  return path;
}

/** Files of known content: `docs/note-N.txt`, and one with a name that is not ASCII. */
export function smallTree(server: TestServer, files = 20): string {
  const top = join(server.root, 'small-tree');
  fs.mkdirSync(join(top, 'docs'), { recursive: true });
  for (let number = 1; number <= files; number += 1)
    fs.writeFileSync(join(top, 'docs', `note-${number}.txt`), noteText(number));
  fs.writeFileSync(join(top, 'Übung.txt'), 'Übung macht den Meister\n');
  return top;
}

export function noteText(number: number): string {
  return `This is note ${number}.\n`;
}

export interface BackupWords {
  datastore: string;
  id: string;
  namespace?: string;
  /** RFC 3339; now when left out. */
  time?: string;
}

/** Backs the small tree up as `host/<id>`. */
export async function backUp(server: TestServer, words: BackupWords): Promise<void> {
  const group = ['--backup-type', 'host', '--backup-id', words.id];
  await command(server, [
    ...['backup', `root.pxar:${smallTree(server)}`, '--datastore', words.datastore, ...group, '--quiet'],
    ...(words.namespace ? ['--ns', words.namespace] : []),
    ...(words.time ? ['--backup-time', words.time] : []),
  ]);
}

/** Runs a command that must go well. */
export async function command(server: TestServer, words: readonly string[]): Promise<CliResult> {
  const result = await server.cli(words);
  expect(result, `ironcore-backup ${words.join(' ')}\n${result.err}`).toMatchObject({ status: 0 });
  return result;
}
